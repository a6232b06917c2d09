import { expect } from 'chai';
import {
  averageAccuracy,
  averageIncrementalAccuracy,
  learningAccuracy,
  sampleWeightedAccuracy,
} from '../../src/metrics/accuracy.js';
import { oneTask, threeTasks } from './matrices.js';

const tolerance = 1e-12;

describe('accuracies of a run', () => {
  it('ACC is the mean of the last row', () => {
    // (0.3 + 0.5 + 0.7) / 3 = 1.5 / 3
    expect(averageAccuracy(threeTasks)).to.be.closeTo(0.5, tolerance);
  });

  it('the micro form weighs tasks by their test samples', () => {
    // (100·0.3 + 100·0.5 + 200·0.7) / 400 = (30 + 50 + 140) / 400 = 220 / 400
    expect(sampleWeightedAccuracy(threeTasks, [100, 100, 200])).to.be.closeTo(0.55, tolerance);
  });

  it('the micro form can be had after any task', () => {
    // (100·0.6 + 300·0.8) / 400 = 300 / 400
    expect(sampleWeightedAccuracy(threeTasks, [100, 300, 200], 2)).to.be.closeTo(0.75, tolerance);
  });

  it('refuses to weigh by sizes that are missing or zero', () => {
    expect(() => sampleWeightedAccuracy(threeTasks, [100, 100]))
      .to.throw(/task 3 has 0 test samples/)
      .with.property('code', 'bad-shape');
    expect(() => sampleWeightedAccuracy(threeTasks, [100, 0, 100])).to.throw(/task 2/);
  });

  it('learning accuracy is the mean of the diagonal', () => {
    // (0.9 + 0.8 + 0.7) / 3 = 2.4 / 3
    expect(learningAccuracy(threeTasks)).to.be.closeTo(0.8, tolerance);
  });

  it('AIA averages, over tasks, the accuracy on all that was seen until then', () => {
    // A_1 = 0.9; A_2 = (100·0.6 + 100·0.8) / 200 = 0.7; A_3 = 0.55 as above; (0.9 + 0.7 + 0.55) / 3 = 2.15 / 3
    expect(averageIncrementalAccuracy(threeTasks, [100, 100, 200])).to.be.closeTo(2.15 / 3, tolerance);
  });

  it('all are the one accuracy there is when there is one task', () => {
    expect(averageAccuracy(oneTask)).to.equal(0.9);
    expect(sampleWeightedAccuracy(oneTask, [10])).to.be.closeTo(0.9, tolerance);
    expect(learningAccuracy(oneTask)).to.equal(0.9);
    expect(averageIncrementalAccuracy(oneTask, [10])).to.be.closeTo(0.9, tolerance);
  });

  it('none exists without tasks', () => {
    const all = [averageAccuracy([]), sampleWeightedAccuracy([], []), learningAccuracy([])];
    expect([...all, averageIncrementalAccuracy([], [])]).to.deep.equal([undefined, undefined, undefined, undefined]);
  });
});
