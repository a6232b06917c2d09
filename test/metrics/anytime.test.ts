import { expect } from 'chai';
import { anytimeAccuracy } from '../../src/metrics/anytime.js';

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
