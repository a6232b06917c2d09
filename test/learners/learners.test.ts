import { expect } from 'chai';
import { RandomStreams } from '../../src/core/random.js';
import { learners } from '../../src/learners/learners.js';
import { engineForTest } from '../engine/engines-under-test.js';
import { accuracyOn, contextFor, data, experiences, learnAll, smallNetwork } from './fixtures.js';
import { learnerContract } from './learner-contract.js';

for (const [name, part] of Object.entries(learners))
  learnerContract(name, (context) => part.make(smallNetwork, context));

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
    expect(learner.footprint()).to.deep.equal({ memoryBytes: 6 * 60 * 16, storedSamples: 360 });
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
