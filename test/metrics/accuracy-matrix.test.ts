import { expect } from 'chai';
import { accuracyAt, accuracyMatrix } from '../../src/metrics/accuracy-matrix.js';

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
