import { expect } from 'chai';
import { RandomStreams } from '../../src/core/random.js';
import { learners } from '../../src/learners/learners.js';
import { engineForTest } from '../engine/engines-under-test.js';
import { accuracyOn, contextFor, data, experiences, learnAll, smallNetwork } from '../../src/testing/learning.js';
import { learnerContract } from '../../src/testing/learner-contract.js';

for (const [name, part] of Object.entries(learners))
  learnerContract(name, engineForTest, (context) =>
    part.make(
      name === 'random-ridge'
        ? { width: 50 }
        : {
            ...smallNetwork,
            ...(name.endsWith('ewc') && { lambda: 10 }),
            ...(name === 'dgr' && { latent: 6, generatorHidden: [32] }),
          },
      context,
    ),
  );
learnerContract('slda of hidden features', engineForTest, (context) =>
  learners.slda.make({ ...smallNetwork, features: 'hidden' }, context),
);

describe('over three tasks', () => {
  it('finetune forgets all but the last', async () => {
    const learner = await learners.finetune.make(smallNetwork, contextFor(await engineForTest(), new RandomStreams(1)));
    await learnAll(learner);
    expect(await accuracyOn(learner, [0, 1, 2, 3])).to.be.lessThan(0.05);
    expect(await accuracyOn(learner, [4, 5])).to.be.greaterThan(0.95);
    expect(learner.footprint()).to.deep.equal({ memoryBytes: 0, storedSamples: 0 });
  });

  it('joint knows all, and says that it stored every sample', async () => {
    const learner = await learners.joint.make(smallNetwork, contextFor(await engineForTest(), new RandomStreams(1)));
    await learnAll(learner);
    expect(await accuracyOn(learner, data.classes)).to.be.greaterThan(0.95);
    // 16 values of 4 bytes each.
    const memoryBytes = 6 * 60 * 16 * 4;
    expect(learner.footprint()).to.deep.equal({ memoryBytes, statisticsBytes: memoryBytes, storedSamples: 360 });
  });

  it('ewc holds parameters nearer to where the first task left them, the more its penalty weighs', async () => {
    const moved = [];
    for (const lambda of [0, 1e3, 1e6]) {
      const context = contextFor(await engineForTest(), new RandomStreams(1));
      const learner = await learners.ewc.make({ ...smallNetwork, lambda }, context);
      const kernel = async () =>
        (await learner.trainedFunctions?.())?.[0]?.parameters['classifier/0/kernel']?.data ?? [];
      await learnAll(learner, experiences.slice(0, 1));
      const before = await kernel();
      await learnAll(learner, experiences.slice(1, 2));
      moved.push(Math.hypot(...Array.from(await kernel(), (value, i) => value - (before[i] ?? NaN))));
      // θ and F of two experiences: 16·32 + 32 + 32·2 + 2 values, then 32·4 + 4 for the head.
      expect(learner.footprint().memoryBytes).to.equal(4 * 2 * (2 * (16 * 32 + 32) + 66 + 132));
      learner.dispose();
    }
    const [free = NaN, held = NaN, fixed = NaN] = moved;
    expect(held).to.be.lessThan(0.8 * free);
    expect(fixed).to.be.lessThan(0.8 * held);
  });

  it('a-gem keeps as many samples as it is asked to, and forgets less than finetune', async () => {
    const learner = await learners['a-gem'].make(
      { ...smallNetwork, bufferSize: 60, referenceSize: 32 },
      contextFor(await engineForTest(), new RandomStreams(1)),
    );
    await learnAll(learner);
    const memoryBytes = 60 * 16 * 4;
    expect(learner.footprint()).to.deep.equal({ memoryBytes, statisticsBytes: memoryBytes, storedSamples: 60 });
    expect(await accuracyOn(learner, [0, 1, 2, 3])).to.be.greaterThan(0.3);
    learner.dispose();
  });

  it('slda knows all and keeps no sample', async () => {
    const learner = await learners.slda.make({}, contextFor(await engineForTest(), new RandomStreams(1)));
    await learnAll(learner);
    expect(await accuracyOn(learner, data.classes)).to.be.greaterThan(0.95);
    expect(learner.footprint().storedSamples).to.equal(0);
    learner.dispose();
  });

  it('slda of hidden features learns the first task by gradient, and takes each row of the later ones once', async () => {
    const context = contextFor(await engineForTest(), new RandomStreams(1));
    const learner = await learners.slda.make({ ...smallNetwork, features: 'hidden' }, context);
    const steps = (await learnAll(learner)).filter((event) => event.type === 'batch-trained');
    // 100 steps as planned, then 120 rows in batches of 32.
    expect([1, 2, 3].map((index) => steps.filter(({ task }) => task === index).length)).to.deep.equal([100, 4, 4]);
    expect(await accuracyOn(learner, data.classes)).to.be.greaterThan(0.9);
    learner.dispose();
  });

  it('passes that do not divide into batches take one step more at most, and no epoch more', async () => {
    const context = contextFor(await engineForTest(), new RandomStreams(1));
    const plan = { budget: { epochs: 3 }, batchSize: 20 };
    const learner = await learners.finetune.make(smallNetwork, { ...context, plan });
    const train = data.train.select(Array.from({ length: 50 }, (_, row) => row));
    const events = await learnAll(learner, [{ index: 1, classes: data.classes, newClasses: data.classes, train }]);
    // 150 rows in batches of 20.
    expect(events.filter(({ type }) => type === 'batch-trained')).to.have.length(8);
    for (const type of ['epoch-started', 'epoch-ended'] as const) {
      const epochs = events.flatMap((event) => (event.type === type ? [event.epoch] : []));
      expect(epochs, type).to.deep.equal([1, 2, 3]);
    }
    learner.dispose();
  });

  it('fifty samples in ten epochs are seen ten times, not once for every full batch', async () => {
    const context = contextFor(await engineForTest(), new RandomStreams(1));
    const plan = { budget: { epochs: 10 }, batchSize: 128 };
    const learner = await learners.finetune.make(smallNetwork, { ...context, plan });
    const train = data.train.select(Array.from({ length: 50 }, (_, row) => row));
    const events = await learnAll(learner, [{ index: 1, classes: data.classes, newClasses: data.classes, train }]);
    expect(events.filter(({ type }) => type === 'batch-trained')).to.have.length(10);
    expect(events.filter(({ type }) => type === 'epoch-ended')).to.have.length(10);
    learner.dispose();
  });

  it('epochs begin and end around the passes over the data', async () => {
    const learner = await learners.finetune.make(smallNetwork, contextFor(await engineForTest(), new RandomStreams(1)));
    const events = await learnAll(learner, experiences.slice(0, 1));
    const epochs = events.filter(({ type }) => type === 'epoch-started' || type === 'epoch-ended');
    // 100 batches of 32 over 120 samples: 3200 rows, 26 whole passes and a part of the 27th
    expect(epochs.filter(({ type }) => type === 'epoch-started')).to.have.length(27);
    expect(epochs.filter(({ type }) => type === 'epoch-ended')).to.have.length(27);
  });
});
