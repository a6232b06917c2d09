import { expect } from 'chai';
import { RandomStreams } from '../../src/core/random.js';
import { consolidate } from '../../src/learners/consolidated-weights.js';
import { learners } from '../../src/learners/learners.js';
import { accuracyOn, contextFor, data, experiences, learnAll, smallNetwork } from '../../src/testing/learning.js';
import { engineForTest } from '../engine/engines-under-test.js';

describe('CWR*', () => {
  it('weighs what a class had by the root of its samples before and now, and takes the mean off what is new', () => {
    const layer = (...values: number[]) => ({ kernel: { shape: [1, 3], data: Float32Array.from(values) } });
    const now = new Map([
      [1, 4],
      [2, 1],
    ]);
    // r_1 = √(16/4) = 2, r_2 = 0, the mean of tw 4: (2·8 + 3 − 4)/3 and (0 + 5 − 4)/1. Class 0 is not of the experience.
    expect(consolidate(layer(4, 8, 0), layer(1, 3, 5), now, new Map([[1, 16]]))).to.deep.equal(layer(4, 5, 1));
  });

  it('leaves what comes before the last layer, and weights of classes that do not come again, as they were', async () => {
    const learner = await learners['cwr-star'].make(
      smallNetwork,
      contextFor(await engineForTest(), new RandomStreams(1)),
    );
    const parameters = async () => (await learner.trainedFunctions?.())?.[0]?.parameters ?? {};
    await learnAll(learner, experiences.slice(0, 1));
    const before = await parameters();
    await learnAll(learner, experiences.slice(1));
    const after = await parameters();
    for (const name of ['classifier/0/kernel', 'classifier/0/bias']) {
      expect(after[name], name).to.deep.equal(before[name]);
    }
    const head = (of: typeof before, columns: number) =>
      [...(of['classifier/1/kernel']?.data ?? [])].filter((_, i) => i % columns < 2);
    expect(head(after, 6)).to.deep.equal(head(before, 2));
    // A sample count for each of six classes, in double precision.
    expect(learner.footprint()).to.deep.equal({ memoryBytes: 48, statisticsBytes: 48, storedSamples: 0 });
    // Finetune knows the last two classes of six, 0.33; three seeds here 0.53, 0.57 and 0.69.
    expect(await accuracyOn(learner, data.classes)).to.be.greaterThan(0.45);
    learner.dispose();
  });
});
