import { expect } from 'chai';
import * as fc from 'fast-check';
import { randomStream } from '../../../src/core/random.js';
import type { FrozenAutoencoder } from '../../../src/core/sampler.js';
import {
  viewBetween,
  viewOfNoise,
  viewTraversals,
  axesByDeviation,
  interpolated,
  traversed,
} from '../../../src/representation/uses/latent-views.js';
import { captureError } from '../../support/capture-error.js';

/** Codes of two values, which are decoded to themselves and their sum. */
const autoencoder: FrozenAutoencoder = {
  width: 3,
  codeWidth: 2,
  encode: (x, count) => Promise.resolve(x.filter((_, i) => i % 3 < 2).subarray(0, 2 * count)),
  decode: (codes, count) =>
    Promise.resolve(
      Float32Array.from({ length: 3 * count }, (_, i) => {
        const [a = 0, b = 0] = codes.subarray(2 * Math.floor(i / 3), 2 * Math.floor(i / 3) + 2);
        return [a, b, a + b][i % 3] ?? 0;
      }),
    ),
  reconstruct: (x) => Promise.resolve(x),
};

const known = {
  features: Float32Array.of(9, 9, 9, 8, 8, 8, 7, 7, 7, 6, 6, 6),
  codes: Float32Array.of(0, 0, 2, -2, 0, 4, 4, 4),
  labels: Int32Array.of(5, 5, 3, 3),
};

describe('views of a code space', () => {
  it('between samples begin and end with the samples themselves', async () => {
    const { features, columns } = await viewBetween(autoencoder, known, 2, 3);
    expect(columns).to.equal(5);
    expect([...features.subarray(0, 15)]).to.deep.equal([9, 9, 9, 0, 0, 0, 1, -1, 0, 2, -2, 0, 8, 8, 8]);
    expect([...features.subarray(15)]).to.deep.equal([7, 7, 7, 0, 4, 4, 2, 4, 6, 4, 4, 8, 6, 6, 6]);
  });

  it('along values of a code go two deviations either way, those first that differ most', async () => {
    // Values 0, −2, 4, 4 have mean 1.5 and variance 6.75; values 0, 2, 0, 4 mean 1.5 and variance 2.75.
    const { features, columns, legend } = await viewTraversals(autoencoder, known, 9, 3);
    expect(columns).to.equal(3);
    expect(legend).to.match(/^rows: values 1, 0 of a code; columns: from 2 deviations below the mean to 2 above$/);
    const [large, small] = [2 * Math.sqrt(6.75), 2 * Math.sqrt(2.75)];
    const wanted = [
      ...[-large, 0, large].map((by) => [0, 1.5 + by, 1.5 + by]),
      ...[-small, 0, small].map((by) => [1.5 + by, 0, 1.5 + by]),
    ].flat();
    features.forEach((value, i) => {
      expect(value).to.be.closeTo(wanted[i] ?? NaN, 1e-5);
    });
  });

  it('of noise have a line for each class, where nothing better is known', async () => {
    const { features, columns, legend } = await viewOfNoise(autoencoder, known, 9, 4, randomStream(1));
    expect([columns, features.length]).to.deep.equal([4, 3 * 4 * 2]);
    expect(legend).to.match(/^rows: classes 3, 5; /);
  });

  it('of noise are decoded seeds, where the autoencoder has them', async () => {
    const samplePrior = (count: number): Float32Array => new Float32Array(2 * count).fill(3);
    const { features } = await viewOfNoise({ ...autoencoder, samplePrior }, known, 2, 2, randomStream(1));
    expect([...features]).to.deep.equal([3, 3, 6, 3, 3, 6, 3, 3, 6, 3, 3, 6]);
  });
});

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
