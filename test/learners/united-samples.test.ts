import { expect } from 'chai';
import { arraySamples } from '../../src/core/array-samples.js';
import { unitedSamples } from '../../src/learners/united-samples.js';

const a = arraySamples({ features: Float32Array.of(1, 2), labels: Int32Array.of(0, 1), shape: [1] });
const b = arraySamples({ features: Float32Array.of(3), labels: Int32Array.of(2), shape: [1] });

describe('united samples', () => {
  it('are the parts end to end', () => {
    const both = unitedSamples([a, b]);
    const out = new Float32Array(4);
    both.copyRows([2, 0, 1], out, 1);
    expect([...out]).to.deep.equal([0, 3, 1, 2]);
    expect([both.size, both.label(2), both.width]).to.deep.equal([3, 2, 1]);
  });

  it('can be selected from, and refuse rows that are not there', () => {
    const view = unitedSamples([a, b]).select([2, 1]);
    expect([view.size, view.label(0), view.label(1)]).to.deep.equal([2, 2, 1]);
    expect(() => view.label(2)).to.throw(RangeError);
  });

  it('need samples of one width', () => {
    const wide = arraySamples({ features: Float32Array.of(1, 2), labels: Int32Array.of(0), shape: [2] });
    expect(() => unitedSamples([a, wide])).to.throw('one width');
    expect(() => unitedSamples([])).to.throw('one width');
  });
});
