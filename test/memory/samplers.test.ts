import { expect } from 'chai';
import { bytesOf } from '../../src/core/snapshot.js';
import { randomStream } from '../../src/core/random.js';
import { LatentSampler } from '../../src/memory/sampling/latent-sampler.js';
import { noiseSampler } from '../../src/memory/sampling/noise-sampler.js';
import { samplers } from '../../src/memory/sampling/samplers.js';
import { captureError } from '../support/capture-error.js';
import { identityAutoencoder, samplerContract, signJudge, twoClasses } from './sampler-contract.js';

samplerContract('latent', () => samplers.latent.make({ components: 2 }, undefined));
samplerContract('latent with diagonal covariance and noisy jumps', () =>
  samplers.latent.make({ covariance: 'diagonal', reinjections: 2, lambda: 0.01 }, undefined),
);
samplerContract('noise', () => samplers.noise.make({ lambda: 0.1 }, undefined));

describe('the latent sampler', () => {
  const options = { components: 1, covariance: 'full', reinjections: 0, lambda: 0 } as const;

  it('draws where the codes of each class were', async () => {
    const sampler = new LatentSampler(options);
    const { codes, labels } = twoClasses();
    sampler.fit(codes, labels, 2, randomStream(2));
    const rows = await sampler.sample(identityAutoencoder, signJudge, 1000, randomStream(1));
    const distances = Array.from({ length: 1000 }, (_, i) =>
      Math.hypot(Math.abs(rows[2 * i] ?? 0) - 5, rows[2 * i + 1] ?? 0),
    );
    // Codes lie around (±5, 0) with standard deviation 0.5 on both axes: mean distance 0.5·√(π/2) = 0.627.
    expect(distances.reduce((a, b) => a + b) / 1000).to.be.closeTo(0.627, 0.06);
  });

  it('draws the ends of the walks that it shows', async () => {
    const halving = { ...identityAutoencoder, reconstruct: (x: Float32Array) => Promise.resolve(x.map((v) => v / 2)) };
    const sampler = new LatentSampler({ ...options, reinjections: 2 });
    const { codes, labels } = twoClasses();
    sampler.fit(codes, labels, 2, randomStream(2));
    const seen: Float32Array[] = [];
    for await (const rows of sampler.walks(halving, 4, randomStream(1))) seen.push(rows);
    const start = seen[0] ?? new Float32Array();
    expect(seen).to.deep.equal([start, start.map((v) => v / 2), start.map((v) => v / 4)]);
    expect(await sampler.sample(halving, signJudge, 4, randomStream(1))).to.deep.equal(seen[2]);
  });

  it('keeps statistics alone: mean and factor of each component', () => {
    const sampler = new LatentSampler(options);
    const { codes, labels } = twoClasses();
    sampler.fit(codes, labels, 2, randomStream(2));
    // two classes, one component each: mean 2 + packed factor 3 values, four bytes each
    expect(bytesOf(sampler.save())).to.equal(2 * (2 + 3) * 4);
  });

  it('refuses statistics that are damaged', async () => {
    const sampler = new LatentSampler(options);
    for (const json of [null, { 0: 1 }, { 0: [1] }]) {
      expect(
        (
          await captureError(() => {
            sampler.restore({ json, tensors: {} });
          })
        ).code,
      ).to.equal('bad-checkpoint');
    }
  });
});

describe('the noise sampler', () => {
  it('throws the first jump away: what is left of the starting noise has passed twice', async () => {
    const halving = { ...identityAutoencoder, reconstruct: (x: Float32Array) => Promise.resolve(x.map((v) => v / 2)) };
    const sampler = noiseSampler({ jumps: 2, lambda: 0, candidates: 1 });
    const rows = await sampler.sample(halving, signJudge, 20_000, randomStream(1));
    // x₀ ~ N(0, 1), halved twice: variance 1/16; standard error √(2/40000)/16 = 0.00044; five of them.
    expect(rows.reduce((sum, x) => sum + x * x, 0) / rows.length).to.be.closeTo(1 / 16, 0.0022);
  });

  it('keeps nothing', () => {
    const sampler = noiseSampler({ jumps: 2, lambda: 0, candidates: 1 });
    expect([sampler.keepsStatistics, bytesOf(sampler.save())]).to.deep.equal([false, 0]);
  });
});
