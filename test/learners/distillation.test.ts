import { expect } from 'chai';
import type { LearnerEvent } from '../../src/core/events.js';
import { RandomStreams } from '../../src/core/random.js';
import { part, type Snapshot } from '../../src/core/snapshot.js';
import type { TensorMap } from '../../src/core/tensor.js';
import { largestDifference } from '../../src/core/tensor-maps.js';
import type { Engine } from '../../src/engine/engine.js';
import { learners } from '../../src/learners/learners.js';
import { engineForTest } from '../engine/engines-under-test.js';
import { accuracyOn, contextFor, data, learnAll, smallNetwork } from '../../src/testing/learning.js';

interface Outcome {
  readonly accuracy: number;
  readonly parameters: TensorMap;
  readonly events: readonly LearnerEvent[];
}

async function learnt(engine: Engine, options: Readonly<Record<string, unknown>>, seed = 1): Promise<Outcome> {
  const given = { ...smallNetwork, memoryEvery: 1, ...options };
  const learner = await learners.rehearsal.make(given, contextFor(engine, new RandomStreams(seed)));
  const events = await learnAll(learner);
  const accuracy = await accuracyOn(learner, data.classes);
  // Statistics of the sampler may be of more or fewer components; the classifier is always of one shape.
  const classifier = part((await learner.save()) as Snapshot, 'classifier');
  learner.dispose();
  return { accuracy, parameters: classifier?.tensors ?? {}, events };
}

const lossesOf = (events: readonly LearnerEvent[], name: string): number[] =>
  events.flatMap((event) => (event.type === 'batch-trained' ? (event.losses[name] ?? []) : []));

describe('rehearsal, however dreams are labelled and distilled,', () => {
  let engine: Engine;
  before(async () => {
    engine = await engineForTest();
  });

  for (const labels of ['soft', 'hard'] as const) {
    for (const loss of ['cross-entropy', 'kullback-leibler', 'binary-cross-entropy'] as const) {
      it(`remembers all classes: ${labels} labels, ${loss}`, async () => {
        let mean = 0;
        for (const seed of [1, 2, 3]) mean += (await learnt(engine, { labels, loss }, seed)).accuracy / 3;
        // The same bar as rehearsal as such has to take; without replay it is 2 of 6 classes.
        expect(mean).to.be.greaterThan(0.93);
      });
    }
  }

  it('learns other parameters by each of them, but for divergence and cross-entropy, which teach the same', async () => {
    const [plain, explicit, hard, binary] = [
      await learnt(engine, {}),
      await learnt(engine, { loss: 'kullback-leibler' }),
      await learnt(engine, { labels: 'hard' }),
      await learnt(engine, { loss: 'binary-cross-entropy' }),
    ];
    expect(largestDifference(plain.parameters, explicit.parameters)).to.equal(0);
    expect(largestDifference(plain.parameters, hard.parameters)).to.be.greaterThan(0.01);
    expect(largestDifference(plain.parameters, binary.parameters)).to.be.greaterThan(0.01);
    const [crossEntropies, divergences] = [lossesOf(plain.events, 'replay'), lossesOf(explicit.events, 'replay')];
    // Real rows have hard targets, whose entropy is 0; of soft ones the divergence leaves the entropy out.
    expect(lossesOf(explicit.events, 'new')).to.deep.equal(lossesOf(plain.events, 'new'));
    divergences.forEach((value, i) => expect(value).to.be.within(-1e-6, crossEntropies[i] ?? NaN));
  });

  it('ignores the temperature where labels are hard', async () => {
    const [at2, at5] = [
      await learnt(engine, { labels: 'hard' }),
      await learnt(engine, { labels: 'hard', temperature: 5 }),
    ];
    expect(largestDifference(at2.parameters, at5.parameters)).to.equal(0);
    expect(
      largestDifference((await learnt(engine, {})).parameters, (await learnt(engine, { temperature: 5 })).parameters),
    ).to.be.greaterThan(0.01);
  });
});
