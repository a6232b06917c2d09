import { expect } from 'chai';
import type { Samples } from '../../../src/core/dataset.js';
import { arraySamples } from '../../../src/core/array-samples.js';
import { grouped, inDomain } from '../../../src/studies/encoders/changed-samples.js';
import { captureError } from '../../support/capture-error.js';

const picture = (values: readonly number[], shape: readonly number[]): Samples =>
  arraySamples({ features: Float32Array.from(values), labels: Int32Array.of(3), shape });

function valuesOf(samples: Samples): readonly number[] {
  const out = new Float32Array(samples.width);
  samples.copyRows([0], out);
  return [...out].map((value) => Math.round(value * 1e6) / 1e6 + 0);
}

describe('samples of another domain', () => {
  it('have 1 − x for x where they are inverted', () => {
    expect(valuesOf(inDomain(picture([0, 0.25, 1], [3]), { name: 'inverted' }))).to.deep.equal([1, 0.75, 0]);
  });

  it('are turned counter-clockwise: after a quarter the right column is the upper row', () => {
    const turned = inDomain(picture([1, 2, 3, 4], [2, 2]), { name: 'rotated', degrees: 90 });
    expect(valuesOf(turned)).to.deep.equal([2, 4, 1, 3]);
  });

  it('keep their channels together', () => {
    const turned = inDomain(picture([1, 10, 2, 20, 3, 30, 4, 40], [2, 2, 2]), { name: 'rotated', degrees: -90 });
    expect(valuesOf(turned)).to.deep.equal([3, 30, 1, 10, 4, 40, 2, 20]);
  });

  it('mix neighbouring pixels where the turn is no quarter, and know 0 outside', () => {
    // By 45° a corner of 3 × 3 comes from √2 above the middle: 0.41 of a row outside, 0.59 of the middle of the upper row.
    const turned = valuesOf(inDomain(picture([0, 1, 0, 0, 0, 0, 0, 0, 0], [3, 3]), { name: 'rotated', degrees: 45 }));
    expect(turned[0]).to.be.closeTo(2 - Math.SQRT2, 1e-6);
    expect(turned[8]).to.equal(0);
  });

  it('are the same samples at no turn, and change nothing of the data set', () => {
    const own = picture([1, 2, 3, 4], [2, 2]);
    expect(valuesOf(inDomain(own, { name: 'rotated', degrees: 0 }))).to.deep.equal([1, 2, 3, 4]);
    inDomain(own, { name: 'inverted' }).copyRows([0], new Float32Array(4));
    expect(valuesOf(own)).to.deep.equal([1, 2, 3, 4]);
  });

  it('are changed once where they are copied behind others, and in a selection too', () => {
    const two = arraySamples({ features: Float32Array.of(0.2, 0.4), labels: Int32Array.of(0, 1), shape: [1] });
    const inverted = inDomain(two, { name: 'inverted' });
    const out = Float32Array.of(9, 0, 0);
    inverted.copyRows([0, 1], out, 1);
    expect([...out].map((value) => Math.round(value * 10) / 10)).to.deep.equal([9, 0.8, 0.6]);
    expect(valuesOf(inverted.select([1]))).to.deep.equal([0.6]);
  });

  it('are refused where a turn makes no sense', async () => {
    const error = await captureError(() => inDomain(picture([1, 2, 3], [3]), { name: 'rotated', degrees: 45 }));
    expect(error.code).to.equal('bad-usage');
    expect(error.message).to.include('[3]').and.to.include('[height, width]');
  });
});

describe('grouped samples', () => {
  const labels = Int32Array.of(4, 7, 9, 4);
  const some = arraySamples({ features: new Float32Array(4), labels, shape: [1] });

  it('have the number of their group for a class', () => {
    const own = grouped(some, { name: 'halves', groups: [[9], [4, 7]] });
    expect([0, 1, 2, 3].map((row) => own.label(row))).to.deep.equal([1, 1, 0, 1]);
    expect(own.select([2]).label(0)).to.equal(0);
  });

  it('are refused where a class is in no group', async () => {
    const error = await captureError(() => grouped(some, { name: 'halves', groups: [[4], [7]] }).label(2));
    expect(error.message).to.equal('groups "halves": class 9 is in none of them');
  });
});
