import { expect } from 'chai';
import * as fc from 'fast-check';
import { compressedCodes, restoredCodes } from '../../../src/representation/uses/compressed-codes.js';
import { captureError } from '../../support/capture-error.js';

describe('codes as bytes', () => {
  it('take a byte a value, from the least at 0 to the largest at 255', () => {
    // The first values go from −1 to 1, the second from 0 to 510.
    const compressed = compressedCodes(Float32Array.of(-1, 0, 1, 510, 0.004, 100), 2);
    // (0.004 + 1)/(2/255) = 128.01 and 100/2 = 50
    expect([...compressed.bytes]).to.deep.equal([0, 0, 255, 255, 128, 50]);
    expect([...compressed.step]).to.deep.equal([Math.fround(2 / 255), 2]);
  });

  it('come back within half a step, whatever they are', () => {
    const values = fc.float32Array({ minLength: 4, maxLength: 40, noNaN: true, min: -1000, max: 1000 });
    fc.assert(
      fc.property(values, (given) => {
        const codes = given.subarray(0, given.length - (given.length % 4));
        const compressed = compressedCodes(codes, 4);
        restoredCodes(compressed).forEach((value, i) => {
          const half = (compressed.step[i % 4] ?? 0) / 2;
          expect(Math.abs(value - (codes[i] ?? NaN))).to.be.at.most(half * 1.001 + 1e-3);
        });
      }),
    );
  });

  it('come back exactly where a value never changes', () => {
    expect([...restoredCodes(compressedCodes(Float32Array.of(3.25, 3.25), 1))]).to.deep.equal([3.25, 3.25]);
  });

  it('need to be there, and to be numbers', async () => {
    const none = await captureError(() => compressedCodes(new Float32Array(), 2));
    const bad = await captureError(() => compressedCodes(Float32Array.of(1, NaN), 2));
    expect([none, bad].map(({ message }) => message)).to.deep.equal([
      'codes cannot be compressed: there are none',
      'codes cannot be compressed: some of their values are not finite numbers',
    ]);
  });
});
