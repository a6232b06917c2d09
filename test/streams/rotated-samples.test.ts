import { expect } from 'chai';
import { arraySamples } from '../../src/core/array-samples.js';
import type { Samples } from '../../src/core/dataset.js';
import { rotatedSamples } from '../../src/streams/rotated-samples.js';
import { captureError } from '../support/capture-error.js';

const images = (values: readonly number[], shape: readonly number[]): Samples => {
  const rows = values.length / shape.reduce((a, b) => a * b, 1);
  return arraySamples({ features: Float32Array.from(values), labels: new Int32Array(rows).fill(3), shape });
};

function valuesOf(samples: Samples): readonly number[] {
  const out = new Float32Array(samples.size * samples.width);
  samples.copyRows(
    Array.from({ length: samples.size }, (_, row) => row),
    out,
  );
  return Array.from(out, (value) => Number(value.toFixed(4)));
}

const nine = images([1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 3, 1]);

describe('rotated samples', () => {
  it('are turned counter-clockwise around the middle: by right angles, pixel by pixel', () => {
    expect(valuesOf(rotatedSamples(nine, 90))).to.deep.equal([3, 6, 9, 2, 5, 8, 1, 4, 7]);
    expect(valuesOf(rotatedSamples(nine, 180))).to.deep.equal([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(valuesOf(rotatedSamples(nine, -90))).to.deep.equal([7, 4, 1, 8, 5, 2, 9, 6, 3]);
    expect(rotatedSamples(nine, 0)).to.equal(nine);
  });

  it('are bilinear between pixels, and 0 outside the image', () => {
    // By 45° the upper middle pixel, one above the centre, comes from 1/√2 to the right of it and 1/√2 above: with
    // r = 1/√2, (1 − r)²·5 + r(1 − r)·(6 + 2) + r²·3. The upper left one comes from √2 above: (2 − √2)·2.
    const r = Math.SQRT1_2;
    const [upperLeft, upperMiddle] = valuesOf(rotatedSamples(nine, 45));
    expect(upperMiddle).to.be.closeTo((1 - r) ** 2 * 5 + r * (1 - r) * 8 + r ** 2 * 3, 1e-3);
    expect(upperLeft).to.be.closeTo((2 - Math.SQRT2) * 2, 1e-3);
  });

  it('keep channels apart, and turn images that are no squares around their middle', () => {
    expect(valuesOf(rotatedSamples(images([1, -1, 2, -2, 3, -3], [1, 3, 2]), 180))).to.deep.equal([
      3, -3, 2, -2, 1, -1,
    ]);
    expect(valuesOf(rotatedSamples(images([1, 2, 3], [1, 3, 1]), 90))).to.deep.equal([0, 2, 0]);
  });

  it('are views: labels, shape and subsets are those of the samples', () => {
    const two = images([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 1]);
    const turned = rotatedSamples(two, 180);
    expect([turned.size, turned.width, turned.shape, turned.label(1)]).to.deep.equal([2, 4, [2, 2, 1], 3]);
    expect(valuesOf(turned.select([1]))).to.deep.equal([8, 7, 6, 5]);
    expect(valuesOf(two)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('are refused for what is no image', async () => {
    const error = await captureError(() => rotatedSamples(images([1, 2, 3, 4], [4]), 30));
    expect(error.code).to.equal('bad-scenario');
    expect(error.message).to.match(/of the shape \[4\] cannot be rotated; expected images/);
  });
});
