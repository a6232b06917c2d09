import { expect } from 'chai';
import type { BorrowedTeacher } from '../../../src/core/teacher.js';
import { randomStream } from '../../../src/core/random.js';
import type { FrozenAutoencoder } from '../../../src/core/sampler.js';
import { samplers } from '../../../src/memory/sampling/samplers.js';
import { engineForTest } from '../../engine/engines-under-test.js';
import { trainDenoising } from './denoising-2d.js';
import { cellShares, density, perfectAutoencoder, samplingNoise, totalVariation } from './mixture.js';

const nobody: BorrowedTeacher = { classes: [0], label: (_, count) => Promise.resolve(new Float32Array(count)) };

/** Where `count` walks from N(0, I) are after so many jumps, noise included: the chain of equation 7. */
async function walked(
  autoencoder: FrozenAutoencoder,
  lambda: number,
  jumps: number,
  count: number,
): Promise<Float32Array> {
  const options = { jumps, collectFrom: jumps, collect: 'noisy', lambda, candidates: 1 };
  const sampler = await samplers.noise.make(options, undefined);
  return (await sampler.sample(autoencoder, nobody, count, randomStream(1))).features;
}

// √0.1 is 0.32: noise of variance λ² would sample p^10, noise of variance √λ about p^⅓.
const lambda = 0.1;
const wanted = cellShares(density);

describe('walks on the perfect lossy autoencoder of a known density', function () {
  this.timeout(30_000);

  it('sample that density: more walks come closer, as independent samples of it would', async () => {
    const rows = await walked(perfectAutoencoder(lambda), lambda, 100, 20_000);
    // The distance is a sum over some 60 cells, so it strays by about a tenth; at 20,000 the error of a step of size λ,
    // about 0.005, shows too.
    for (const count of [200, 2000, 20_000])
      expect(totalVariation(rows, count, wanted) / samplingNoise(count, wanted)).to.be.within(0.6, 1.4);
  });

  it('come closer with every jump, until nothing but sampling noise is left', async () => {
    const distances = [];
    for (const jumps of [2, 8, 32])
      distances.push(totalVariation(await walked(perfectAutoencoder(lambda), lambda, jumps, 5000), 5000, wanted));
    const [at2 = 0, at8 = 0, at32 = 0] = distances;
    expect(at2).to.be.greaterThan(1.3 * at8);
    expect(at8).to.be.greaterThan(1.3 * at32);
    expect(at32).to.be.lessThan(1.5 * samplingNoise(5000, wanted));
  });

  for (const factor of [2, 0.5]) {
    it(`with a noise scale of ${factor}·λ sample the density to the power of ${1 / factor} (equation 8), not the density`, async () => {
      const tempered = cellShares((x, y) => density(x, y) ** (1 / factor));
      const rows = await walked(perfectAutoencoder(lambda), factor * lambda, 100, 20_000);
      expect(totalVariation(rows, 20_000, tempered)).to.be.lessThan(1.6 * samplingNoise(20_000, tempered));
      expect(totalVariation(rows, 20_000, wanted)).to.be.greaterThan(4 * samplingNoise(20_000, wanted));
    });
  }
});

describe('walks on a trained denoising autoencoder', function () {
  this.timeout(60_000);
  const variance = 0.1;
  const count = 5000;
  // Its reconstruction is r(x) = x + σ²·∇log p̃(x) with p̃ the density of the noisy points (Miyasawa 1961; Alain & Bengio
  // 2014): the λ of equation 5 is 2σ².
  const noisy = cellShares((x, y) => density(x, y, variance));
  let autoencoder: FrozenAutoencoder;
  before(async () => {
    autoencoder = await trainDenoising(await engineForTest(), variance, 1000);
  });
  const distance = async (scale: number, target = noisy): Promise<number> =>
    totalVariation(await walked(autoencoder, scale * variance, 100, count), count, target);

  it('sample what it was trained on, where λ is 2σ²', async () => {
    expect(await distance(2)).to.be.lessThan(1.6 * samplingNoise(count, noisy));
  });

  it('are off where λ is half or twice that, and temper the density where it is twice', async () => {
    const flat = cellShares((x, y) => density(x, y, variance) ** 0.5);
    expect(await distance(1)).to.be.greaterThan(2 * samplingNoise(count, noisy));
    expect(await distance(4)).to.be.greaterThan(2.5 * samplingNoise(count, noisy));
    expect(await distance(4, flat)).to.be.lessThan(1.6 * samplingNoise(count, flat));
  });
});
