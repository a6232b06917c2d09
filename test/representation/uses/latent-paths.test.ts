import { expect } from 'chai';
import * as fc from 'fast-check';
import { axesByDeviation, interpolated, traversed } from '../../../src/representation/uses/latent-paths.js';
import { captureError } from '../../support/capture-error.js';

const code = (length: number) =>
  fc
    .float32Array({ minLength: length, maxLength: length, noNaN: true, min: -100, max: 100 })
    .map((values) => values.map((value) => value + 0));

describe('paths in code space', () => {
  it('go from one code to the other in even steps', () => {
    const path = interpolated(Float32Array.of(0, 8), Float32Array.of(4, -8), 5);
    expect([...path]).to.deep.equal([0, 8, 1, 4, 2, 0, 3, -4, 4, -8]);
  });

  it('begin and end exactly at the codes, and are the same backwards', () => {
    fc.assert(
      fc.property(code(3), code(3), fc.integer({ min: 2, max: 9 }), (from, to, count) => {
        const there = interpolated(from, to, count);
        const back = interpolated(to, from, count);
        expect(there.subarray(0, 3)).to.deep.equal(from);
        expect(there.subarray(-3)).to.deep.equal(to);
        for (let step = 0; step < count; step++) {
          for (let i = 0; i < 3; i++) {
            expect(back[(count - 1 - step) * 3 + i]).to.be.closeTo(there[step * 3 + i] ?? NaN, 1e-4);
          }
        }
      }),
    );
  });

  it('have two ends at least, of one width', async () => {
    const [a, b] = [new Float32Array(2), new Float32Array(3)];
    expect(await captureError(() => interpolated(a, b, 3))).to.include({ code: 'bad-shape' });
    const error = await captureError(() => interpolated(a, a, 1));
    expect(error.message).to.equal('between two codes lie their two ends at least; 1 codes cannot be given');
  });

  it('of a traversal change one value and leave the others', () => {
    const path = traversed(Float32Array.of(7, 8, 9), 1, [-1, 0, 1]);
    expect([...path]).to.deep.equal([7, -1, 9, 7, 0, 9, 7, 1, 9]);
  });

  for (const axis of [-1, 3, 0.5]) {
    it(`cannot traverse value ${axis} of three`, async () => {
      const error = await captureError(() => traversed(new Float32Array(3), axis, [0]));
      expect(error.message).to.equal(`a code of 3 values has no value ${axis}, which counts from 0`);
    });
  }

  it('rank the values of codes by how much they differ', () => {
    // Columns 1, 3 (mean 2, deviation 1), 5, 5 (deviation 0) and −4, 4 (mean 0, deviation 4).
    const axes = axesByDeviation(Float32Array.of(1, 5, -4, 3, 5, 4), 3);
    expect(axes).to.deep.equal([
      { axis: 2, mean: 0, deviation: 4 },
      { axis: 0, mean: 2, deviation: 1 },
      { axis: 1, mean: 5, deviation: 0 },
    ]);
  });
});
