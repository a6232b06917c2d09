import { expect } from 'chai';
import { rowRange } from '../../src/core/dataset.js';
import { RandomStreams, randomStream } from '../../src/core/random.js';
import { part, type Snapshot, type StateSnapshot } from '../../src/core/snapshot.js';
import { setFormerTargets } from '../../src/learners/icarl.js';
import { learners } from '../../src/learners/learners.js';
import { Model } from '../../src/learners/model.js';
import { NearestMeans } from '../../src/learners/nearest-means.js';
import { accuracyOn, contextFor, data, experiences, learnAll, smallNetwork } from '../../src/testing/learning.js';
import { engineForTest } from '../engine/engines-under-test.js';

describe('iCaRL', () => {
  it('answers by the nearest mean of normalised features, whatever the lengths of these', async () => {
    // Features are the samples. Class 4: (1, 0) and (0, 10), whose mean after division points to 45°; class 7: (−1, 0).
    const exemplar = (label: number, ...x: number[]) => ({
      ...{ label, features: Float32Array.from(x), extras: new Float32Array() },
    });
    const kept = [exemplar(4, 1, 0), exemplar(4, 0, 10), exemplar(7, -1, 0)];
    const model = { classes: [7, 4], features: (x: Float32Array) => Promise.resolve(x) };
    const means = new NearestMeans(model as never, () => kept, 2);
    const { labels, logits } = await means.predict(Float32Array.of(3, 0, -5, 1), 2);
    expect([...labels]).to.deep.equal([4, 7]);
    expect(logits?.[1]).to.be.closeTo(Math.SQRT1_2, 1e-6);
    expect(logits?.[0]).to.be.closeTo(-1, 1e-6);
  });

  it('wants of earlier classes what the former network said of the sample', () => {
    const targets = Float32Array.of(1, 0, 0, 0, 0, 1);
    setFormerTargets(targets, Float32Array.of(0, 2, -2, 0), 2, 3);
    const s = 1 / (1 + Math.exp(-2));
    [0.5, s, 0, 1 - s, 0.5, 1].forEach((wanted, i) => expect(targets[i]).to.be.closeTo(wanted, 1e-6));
  });

  it('remembers, and says to the byte what it keeps: exemplars and a network', async () => {
    const learner = await learners.icarl.make(
      { ...smallNetwork, bufferSize: 60 },
      contextFor(await engineForTest(), new RandomStreams(1)),
    );
    await learnAll(learner);
    expect(await accuracyOn(learner, data.classes)).to.be.greaterThan(0.85);
    // 16·32 + 32 + 32·6 + 6 parameters.
    expect(learner.footprint()).to.deep.equal({
      ...{ memoryBytes: 60 * 64 + 4 * (16 * 32 + 32 + 32 * 6 + 6), statisticsBytes: 60 * 64, storedSamples: 60 },
    });
    learner.dispose();
  });

  it('keeps what its former self said of new samples, halved in logits at T = 2', async () => {
    const engine = await engineForTest();
    const newRows = experiences[1]?.train ?? data.train;
    const x = new Float32Array(newRows.size * 16);
    newRows.copyRows(rowRange(0, newRows.size), x);
    /** σ of the outputs of classes 0 and 1, mean over the samples of the second task. */
    const said = async (snapshot: StateSnapshot, temperature = 1): Promise<number> => {
      const model = new Model(engine, { ...smallNetwork, width: 16, loss: 'binary-cross-entropy' }, randomStream(1));
      model.restore(part(snapshot as Snapshot, 'model') ?? { json: {}, tensors: {} });
      const { classes } = model;
      const logits = await model.logits(x, newRows.size);
      model.dispose();
      const old = logits.filter((_, i) => (classes[i % classes.length] ?? 9) < 2);
      return old.reduce((sum, z) => sum + 1 / (1 + Math.exp(-z / temperature)), 0) / old.length;
    };
    for (const temperature of [1, 2]) {
      const context = contextFor(engine, new RandomStreams(1));
      const learner = await learners.icarl.make({ ...smallNetwork, bufferSize: 6, temperature }, context);
      await learnAll(learner, experiences.slice(0, 1));
      const before = await said(await learner.save(), temperature);
      await learnAll(learner, experiences.slice(1, 2));
      // Without it the outputs of classes that no new sample has would fall to 0.
      expect(before).to.be.greaterThan(0.3);
      expect(await said(await learner.save())).to.be.closeTo(before, 0.05);
      learner.dispose();
    }
  });
});
