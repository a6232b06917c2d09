import { expect } from 'chai';
import {
  accuracyAt,
  accuracyMatrix,
  averageAccuracy,
  averageIncrementalAccuracy,
  learningAccuracy,
  sampleWeightedAccuracy,
  backwardTransfer,
  forgetting,
  anytimeAccuracy,
  perClassAccuracy,
} from '../../src/metrics/accuracy.js';
import { oneTask, threeTasks, bestInTheMiddle } from './matrices.js';

describe('the accuracy matrix', () => {
  it('is square, with null where a task was still to come', () => {
    expect(accuracyMatrix([[0.9], [0.5, 0.8]])).to.deep.equal([
      [0.9, null],
      [0.5, 0.8],
    ]);
  });

  it('is addressed from 1: row after a task, column of a task', () => {
    expect(accuracyAt([[0.9, null], [0.5, 0.8]], 2, 1)).to.equal(0.5); // prettier-ignore
  });

  it('refuses to give a number that was never measured, and says which', () => {
    expect(() => accuracyAt([[0.9, null], [0.5, 0.8]], 1, 2)) // prettier-ignore
      .to.throw(/no value in row 1, column 2/)
      .with.property('code', 'bad-shape');
    expect(() => accuracyAt([[0.9]], 2, 1)).to.throw(/row 2/);
  });
});

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

describe('backward transfer', () => {
  it('is the mean change of earlier tasks since they were learnt', () => {
    // ((0.3 − 0.9) + (0.5 − 0.8)) / 2 = −0.9 / 2
    expect(backwardTransfer(threeTasks)).to.be.closeTo(-0.45, tolerance);
  });

  it('is positive where later tasks helped earlier ones', () => {
    // ((0.25 − 0.5) + (0.75 − 0.5)) / 2 = 0; without the loss on task 1: (0 + 0.25) / 2
    expect(backwardTransfer(bestInTheMiddle)).to.be.closeTo(0, tolerance);
    expect(backwardTransfer([[0.5, null], [0.75, 1]])).to.be.closeTo(0.25, tolerance); // prettier-ignore
  });

  it('does not exist for a single task', () => {
    expect(backwardTransfer(oneTask)).to.equal(undefined);
    expect(backwardTransfer([])).to.equal(undefined);
  });
});

describe('forgetting', () => {
  it('is the mean fall below the best before', () => {
    // ((max(0.9, 0.6) − 0.3) + (0.8 − 0.5)) / 2 = (0.6 + 0.3) / 2
    expect(forgetting(threeTasks)).to.be.closeTo(0.45, tolerance);
  });

  it('takes the best of all rows before the last, neither the first nor with the last', () => {
    // Chaudhry: ((max(0.5, 0.75) − 0.25) + (0.5 − 0.75)) / 2 = (0.5 − 0.25) / 2 = 0.125.
    // First − last (Avalanche): (0.25 − 0.25) / 2 = 0. Maximum with the last row (Mammoth): (0.5 + 0) / 2 = 0.25.
    expect(forgetting(bestInTheMiddle)).to.be.closeTo(0.125, tolerance);
  });

  it('can be had after any task but the first', () => {
    // 0.9 − 0.6
    expect(forgetting(threeTasks, 2)).to.be.closeTo(0.3, tolerance);
    expect(forgetting(threeTasks, 1)).to.equal(undefined);
  });

  it('does not exist for a single task', () => {
    expect(forgetting(oneTask)).to.equal(undefined);
    expect(forgetting([])).to.equal(undefined);
  });
});

const point = (task: number, iteration: number, accuracy: number) => ({ task, iteration, accuracy });

describe('any-time accuracy', () => {
  it('is the mean over every measured moment, within tasks and at their ends', () => {
    // (1 + 0.5 + 0.25 + 0.25) / 4 = 2 / 4
    const points = [point(1, 10, 1), point(1, 20, 0.5), point(2, 10, 0.25), point(2, 20, 0.25)];
    expect(anytimeAccuracy(points, 2)).to.equal(0.5);
  });

  it('does not exist where only ends of tasks were measured', () => {
    expect(anytimeAccuracy([point(1, 20, 0.5), point(2, 20, 0.25)], 2)).to.equal(undefined);
  });
});

describe('per-class accuracy', () => {
  it('is the share of each class that was taken for it, in the order classes were met', () => {
    // class 7: 3 of 3 + 1 + 0 = 4; class 2: 1 of 2 + 1 + 1 = 4, one of them taken for a class nobody had shown
    const confusion = { classes: [7, 2], counts: [[3, 1, 0], [2, 1, 1]] }; // prettier-ignore
    expect(perClassAccuracy(confusion)).to.deep.equal([
      { class: 7, accuracy: 0.75 },
      { class: 2, accuracy: 0.25 },
    ]);
  });

  it('leaves out a class without test samples', () => {
    expect(perClassAccuracy({ classes: [0, 1], counts: [[0, 0, 0], [0, 5, 0]] })) // prettier-ignore
      .to.deep.equal([{ class: 1, accuracy: 1 }]);
  });
});
