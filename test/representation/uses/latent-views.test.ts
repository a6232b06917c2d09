import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import type { FrozenAutoencoder } from '../../../src/core/sampler.js';
import { viewBetween, viewOfNoise, viewTraversals } from '../../../src/representation/uses/latent-views.js';

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
