import { expect } from 'chai';
import { average, largestDifference } from '../../src/core/tensor-maps.js';
import type { TensorMap } from '../../src/core/tensor.js';
import { captureError } from '../support/capture-error.js';

const tensors = (...values: number[]): TensorMap => ({
  w: { shape: [values.length], data: Float32Array.from(values) },
});

describe('sets of tensors', () => {
  it('are averaged', () => {
    expect(average([tensors(1, 2), tensors(3, 6)])).to.deep.equal(tensors(2, 4));
  });

  it('are averaged by weight', () => {
    // (3·1 + 1·5) / 4 = 2; (3·2 + 1·−2) / 4 = 1
    expect(average([tensors(1, 2), tensors(5, -2)], [3, 1])).to.deep.equal(tensors(2, 1));
  });

  it('are compared by their largest difference', () => {
    expect(largestDifference(tensors(1, 2, 3), tensors(1, 4, 2))).to.equal(2);
    expect(largestDifference(tensors(1, 2), tensors(1, 2))).to.equal(0);
    expect(largestDifference(tensors(1, NaN, 3), tensors(1, 4, 2))).to.be.NaN;
    expect(largestDifference(tensors(Infinity), tensors(0))).to.equal(Infinity);
  });

  it('of other names or shapes are refused', async () => {
    const other: TensorMap = { v: { shape: [1], data: Float32Array.of(1) } };
    expect((await captureError(() => average([tensors(1), other]))).message).to.equal(
      'average: "w" is [1] here and missing there',
    );
    expect((await captureError(() => largestDifference(tensors(1), tensors(1, 2)))).message).to.equal(
      'largestDifference: "w" is [1] here and [2] there',
    );
    expect((await captureError(() => average([]))).code).to.equal('bad-shape');
    expect((await captureError(() => average([tensors(1)], [1, 2]))).message).to.include(
      '1 sets of tensors and 2 weights',
    );
  });
});
