import { expect } from 'chai';
import { RandomStreams } from '../../src/core/random.js';
import type { Learner } from '../../src/core/learner.js';
import { feed } from '../../src/engine/graph/ops.js';
import { bufferOf } from '../../src/learners/buffer-options.js';
import type { Exemplars } from '../../src/learners/stored-samples.js';
import { learners } from '../../src/learners/learners.js';
import { logitMatching, storedBatch } from '../../src/learners/logit-matching.js';
import {
  accuracyOn,
  contextFor,
  data,
  experiences,
  firstExperience,
  learnAll,
  smallNetwork,
} from '../../src/testing/learning.js';
import { engineForTest } from '../engine/engines-under-test.js';
import { captureError } from '../support/capture-error.js';

type Name = 'er' | 'er-ace' | 'der' | 'der++' | 'a-gem';

/** Taught three tasks of two classes, 60 samples kept. */
async function taught(name: Name, options: object = {}): Promise<Learner> {
  const given = { ...smallNetwork, bufferSize: 60, ...options };
  const learner = await learners[name].make(given, contextFor(await engineForTest(), new RandomStreams(1)));
  await learnAll(learner);
  return learner;
}

/** Accuracy on the classes of the first two tasks after the third, on six classes that a joint learner tells apart. */
async function remembered(name: Name, options: object = {}): Promise<number> {
  const learner = await taught(name, options);
  const accuracy = await accuracyOn(learner, [0, 1, 2, 3]);
  learner.dispose();
  return accuracy;
}

describe('learners that keep samples', () => {
  for (const name of ['er', 'er-ace', 'der', 'der++'] as const) {
    it(`${name} remembers what it keeps samples of`, async () => {
      // DER is told nothing but logits, many of them those of a network that had seen a few of its hundred steps.
      expect(await remembered(name)).to.be.greaterThan(name === 'der' ? 0.3 : 0.85);
    });
  }

  it('forget where they replay nothing: without the term of DER, and with one sample for all classes', async () => {
    expect(await remembered('der', { alpha: 0 })).to.be.lessThan(0.05);
    expect(await remembered('der++', { alpha: 0, beta: 0 })).to.be.lessThan(0.05);
    expect(await remembered('er', { bufferSize: 1, buffer: 'reservoir' })).to.be.lessThan(0.6);
  });

  it('say what they keep, to the byte: samples, and the logits that came with them', async () => {
    const [er, der] = [await taught('er'), await taught('der', { bufferSize: 30 })];
    // 16 values of 4 bytes a sample.
    expect(er.footprint()).to.deep.equal({ memoryBytes: 60 * 64, statisticsBytes: 60 * 64, storedSamples: 60 });
    const { memoryBytes, storedSamples } = der.footprint();
    expect(storedSamples).to.equal(30);
    // A logit for each of six classes.
    expect(memoryBytes).to.equal(30 * (64 + 6 * 4));
    for (const one of [er, der]) one.dispose();
  });

  it('take a size for all classes or for each, and not both', async () => {
    const each = await taught('er', { bufferSize: undefined, samplesPerClass: 7 });
    expect(each.footprint().storedSamples).to.equal(6 * 7);
    each.dispose();
    const both = await captureError(() => taught('er', { samplesPerClass: 7 }));
    expect(both.message).to.match(/bufferSize: 60 and samplesPerClass: 7 are both given/);
    const reservoir = { bufferSize: undefined, samplesPerClass: 7, buffer: 'reservoir' };
    expect((await captureError(() => taught('a-gem', reservoir))).message).to.match(
      /give bufferSize, or .*class-balanced/,
    );
    expect(bufferOf({ buffer: 'ring' }, 1).size).to.equal(0);
  });

  it('of er, filled behind each step, replay the present task as well', async () => {
    const events: number[] = [];
    for (const fill of ['after-task', 'after-step']) {
      const context = contextFor(await engineForTest(), new RandomStreams(1));
      const learner = await learners.er.make({ ...smallNetwork, bufferSize: 60, fill }, context);
      const steps = (await learnAll(learner)).flatMap((event) => (event.type === 'batch-trained' ? [event] : []));
      events.push(steps.findIndex(({ losses }) => 'replay' in losses));
      learner.dispose();
    }
    // 100 steps a task: from the first of the second task, or from the second step on.
    expect(events).to.deep.equal([100, 1]);
  });
});

describe('the matching of stored logits', () => {
  it('is α times the mean over samples and classes of squared differences', async () => {
    const engine = await engineForTest();
    // Logits are the samples themselves.
    const sizes = { rows: 3, width: 2, classes: 2 };
    const exemplars: Exemplars = {
      ...{ count: 2, features: Float32Array.of(1, 2, 3, 4), labels: Int32Array.of(0, 1) },
      extras: [Float32Array.of(0, 4), Float32Array.of(6, 4)],
    };
    const x = feed('x', [1, 2]);
    const graph = { x, features: x, logits: x, parameters: [], logitsOf: (other: typeof x) => other };
    const term = logitMatching(0.5, sizes).build(graph as never, 1);
    const program = await engine.compile({ fetches: { term } });
    const out = await program.run(storedBatch(exemplars, sizes), engine.variables({}));
    // ½·((1 − 0)² + (2 − 4)² + (3 − 6)²) / (2 samples · 2 classes) = ½·14/4
    expect(out['term']?.[0]).to.be.closeTo(1.75, 1e-6);
    program.dispose();
  });
});

describe('learners that train a new network at each task', () => {
  it('cumulative knows all, with every sample stored', async () => {
    const learner = await learners.cumulative.make(
      smallNetwork,
      contextFor(await engineForTest(), new RandomStreams(1)),
    );
    await learnAll(learner);
    expect(await accuracyOn(learner, data.classes)).to.be.greaterThan(0.95);
    expect(learner.footprint().storedSamples).to.equal(360);
    learner.dispose();
  });

  it('begin each task with what has learnt nothing, where joint goes on', async () => {
    const firstLosses = [];
    for (const name of ['joint', 'cumulative', 'gdumb'] as const) {
      const context = contextFor(await engineForTest(), new RandomStreams(1));
      const learner = await learners[name].make(smallNetwork, context);
      await learnAll(learner, experiences.slice(0, 1));
      // The first task once more: what joint learnt of it is still there.
      const [first] = (await learnAll(learner, [{ ...firstExperience, index: 2, newClasses: [] }])).flatMap((event) =>
        event.type === 'batch-trained' ? Object.values(event.losses) : [],
      );
      firstLosses.push(first);
      learner.dispose();
    }
    const [ofJoint, ofCumulative, ofGdumb] = firstLosses;
    expect(ofJoint).to.be.lessThan(0.05);
    // Untrained outputs of two classes: ln 2, and what He initialisation adds.
    expect(ofCumulative).to.be.greaterThan(0.4);
    expect(ofGdumb).to.be.greaterThan(0.4);
  });

  it('gdumb learns from its buffer alone, ten samples of each class', async () => {
    const steps = [];
    for (const options of [{ bufferSize: 60 }, { bufferSize: 60, epochs: 40 }]) {
      const context = contextFor(await engineForTest(), new RandomStreams(1));
      const learner = await learners.gdumb.make({ ...smallNetwork, ...options }, context);
      const events = await learnAll(learner);
      steps.push(events.filter(({ type }) => type === 'batch-trained').length);
      expect(await accuracyOn(learner, data.classes)).to.be.greaterThan(0.9);
      expect(learner.footprint()).to.deep.equal({
        ...{ memoryBytes: 60 * 64, statisticsBytes: 60 * 64, storedSamples: 60 },
      });
      learner.dispose();
    }
    // A hundred a task; forty passes over 60 samples in batches of 32.
    expect(steps).to.deep.equal([300, 3 * 75]);
  });
});
