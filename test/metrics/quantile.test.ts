import { expect } from 'chai';
import { quantile } from '../../src/metrics/quantile.js';

describe('a quantile', () => {
  it('is the value in the middle, or half-way between the two there', () => {
    expect(quantile([3, 1, 2], 0.5)).to.equal(2);
    expect(quantile([4, 1, 2, 3], 0.5)).to.equal(2.5);
  });

  it('goes linearly from the least to the largest value', () => {
    // np.quantile([10, 20, 40], [0, 0.05, 0.75, 1]) = [10, 11, 30, 40]
    expect([0, 0.05, 0.75, 1].map((q) => quantile([40, 10, 20], q))).to.deep.equal([10, 11, 30, 40]);
  });

  it('does not exist of nothing', () => {
    expect(quantile([], 0.5)).to.equal(undefined);
  });
});
