import { expect } from 'chai';
import { RandomStreams } from '../../src/core/random.js';
import { accuracyAfterLearning } from '../../src/experiment/accuracy-after-learning.js';
import { captureError } from '../support/capture-error.js';
import { meanLearner } from './fake-learner.js';
import { samplesOf } from './fake-samples.js';

const train = samplesOf(
  [
    [0, 0],
    [50, 50],
  ],
  [4, 6],
);
const experience = { index: 1, classes: [4, 6], newClasses: [4, 6], train };

describe('what a learner makes of a single experience', () => {
  it('is its accuracy on the test samples', async () => {
    // The fake learner draws noisy means near (0, 0) and (50, 50); one of the four test samples is mislabelled.
    const test = samplesOf(
      [
        [1, 0],
        [0, 2],
        [49, 51],
        [50, 48],
      ],
      [4, 6, 6, 6],
    );
    const learner = meanLearner(new RandomStreams(1), { iterations: 30 });
    expect(await accuracyAfterLearning(learner, experience, test)).to.equal(0.75);
  });

  it('is refused where a loss is no number', async () => {
    const learner = meanLearner(new RandomStreams(1), {
      instead: (event) => (event.type === 'batch-trained' ? { ...event, losses: { new: NaN } } : event),
    });
    const error = await captureError(() => accuracyAfterLearning(learner, experience, train));
    expect(error.code).to.equal('diverged');
    expect(error.message).to.match(/^loss "new" of learner "student" is NaN in task 1, iteration 1, /);
  });
});
