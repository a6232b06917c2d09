import { expect } from 'chai';
import { bytesOf, combine, part, type Snapshot } from '../../src/core/snapshot.js';

const a: Snapshot = { json: { steps: 3 }, tensors: { w: { shape: [2], data: Float32Array.of(1, 2) } } };
const b: Snapshot = { json: null, tensors: { w: { shape: [1], data: Float32Array.of(5) } } };

describe('snapshots', () => {
  it('come back out of a combined one as they went in, nested too', () => {
    const whole = combine({ outer: combine({ a, b }), a: b });
    const outer = part(whole, 'outer');
    expect(outer === undefined ? undefined : part(outer, 'a')).to.deep.equal(a);
    expect(part(whole, 'a')).to.deep.equal(b);
  });

  it('have no part that was not put in', () => {
    expect(part(combine({ a }), 'b')).to.equal(undefined);
    expect(part(b, 'a')).to.equal(undefined);
  });

  it('count four bytes a value', () => {
    expect(bytesOf(combine({ a, b }))).to.equal(12);
  });
});
