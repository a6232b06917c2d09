import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import type { Sampler } from '../../../src/core/sampler.js';
import { bytesOf } from '../../../src/core/snapshot.js';
import { samplers } from '../../../src/memory/sampling/samplers.js';
import { captureError } from '../../support/capture-error.js';
import {
  endOfTask,
  identityAutoencoder,
  samplerContract,
  signTeacher,
  twoClasses,
} from '../../../src/testing/sampler-contract.js';

const make = (name: keyof typeof samplers, options: object = {}): Sampler | Promise<Sampler> =>
  samplers[name].make(options, undefined);

samplerContract('latent', () => make('latent', { components: 2 }));
samplerContract('latent with diagonal covariance and noisy jumps', () =>
  make('latent', { covariance: 'diagonal', reinjections: 2, lambda: 0.01, collect: 'noisy' }),
);
samplerContract('latent with low-rank covariance and quotas', () =>
  make('latent', { covariance: 'low-rank', rank: 1, components: 2, quota: {} }),
);
samplerContract('noise', () => make('noise', { lambda: 0.1 }));
samplerContract('noise from uniform starts that restart where they stagnate', () =>
  make('noise', { lambda: 0.1, start: 'uniform', stagnation: 0.05 }),
);
samplerContract('noise with quotas and walks kept alive', () =>
  make('noise', { lambda: 0.1, quota: { confidence: 0.55 }, chains: 5 }),
);
samplerContract('noise with an inferred noise scale', () => make('noise', { lambda: { infer: { dreams: 50 } } }));
samplerContract('prior', () => make('prior'));
samplerContract('prior with jumps and quotas', () => make('prior', { reinjections: 2, lambda: 0.1, quota: {} }));
samplerContract('buffer', () => make('buffer', { perClass: 3 }));

describe('the prior sampler', () => {
  it('decodes the seeds that the autoencoder gives, and keeps nothing', async () => {
    const seeds = Float32Array.of(1, 2, 3, 4);
    const sampler = await make('prior', { candidates: 1 });
    const { features } = await sampler.sample(
      { ...identityAutoencoder, samplePrior: () => seeds },
      signTeacher,
      2,
      randomStream(1),
    );
    expect(features).to.deep.equal(seeds);
    expect(bytesOf(sampler.save())).to.equal(0);
  });

  it('refuses an autoencoder whose codes are not held to noise', async () => {
    const sampler = await make('prior');
    const error = await captureError(() => sampler.check?.({ width: 2, codeWidth: 1 }));
    expect(error.code).to.equal('bad-scenario');
    expect(error.message).to.match(/its option "flow", take memory "conditional"/);
  });
});

describe('the latent sampler', () => {
  it('draws the ends of the walks that it shows', async () => {
    const halving = { ...identityAutoencoder, reconstruct: (x: Float32Array) => Promise.resolve(x.map((v) => v / 2)) };
    const sampler = await make('latent', { components: 1, reinjections: 2 });
    const { codes, labels } = twoClasses();
    sampler.fit(codes, labels, 2, randomStream(2));
    const seen: Float32Array[] = [];
    for await (const rows of sampler.walks?.(halving, 4, randomStream(1)) ?? []) seen.push(rows);
    const start = seen[0] ?? new Float32Array();
    expect(seen).to.deep.equal([start, start.map((v) => v / 2), start.map((v) => v / 4)]);
    expect((await sampler.sample(halving, signTeacher, 4, randomStream(1))).features).to.deep.equal(seen[2]);
  });

  // 4 · (d + d(d + 1)/2) bytes for a full covariance: 64 MiB at d = 5791; 8 · d(d + 1)/2 while one is fitted: 512 MiB at 11,584.
  const sizes: readonly (readonly [options: object, most: number])[] = [
    [{ components: 1 }, 5791],
    [{ components: 4 }, 2894],
    [{ components: 1, covariance: 'low-rank' }, 11_584],
    [{ components: 1, covariance: 'diagonal' }, 2 ** 16],
  ];
  for (const [options, most] of sizes) {
    it(`refuses codes for which it would keep too much, with ${JSON.stringify(options)}`, async () => {
      const sampler = await make('latent', options);
      const autoencoder = { ...identityAutoencoder, codeWidth: most };
      sampler.check?.(autoencoder);
      if (most === 2 ** 16) return;
      const error = await captureError(() => sampler.check?.({ ...autoencoder, codeWidth: most + 1 }));
      expect(error).to.have.property('code', 'bad-scenario');
      expect(error.message).to.match(
        /take [\d,]+ MiB for each class, and .* "low-rank" or "diagonal", or a smaller "latent"/,
      );
    });
  }

  it('refuses a rank that is not low', async () => {
    const sampler = await make('latent', { covariance: 'low-rank', rank: 2 });
    const error = await captureError(() => sampler.check?.(identityAutoencoder));
    expect([error.code, error.message.includes('rank 2 is not low for codes of 2 values')]).to.deep.equal([
      'bad-scenario',
      true,
    ]);
  });
});

describe('the noise sampler', () => {
  it('throws the first jump away: what is left of the starting noise has passed twice', async () => {
    const halving = { ...identityAutoencoder, reconstruct: (x: Float32Array) => Promise.resolve(x.map((v) => v / 2)) };
    const sampler = await make('noise', { jumps: 2, lambda: 0, candidates: 1 });
    const { features } = await sampler.sample(halving, signTeacher, 20_000, randomStream(1));
    // x₀ ~ N(0, 1), halved twice: variance 1/16; standard error √(2/40000)/16 = 0.00044; five of them.
    expect(features.reduce((sum, x) => sum + x * x, 0) / features.length).to.be.closeTo(1 / 16, 0.0022);
  });

  it('keeps nothing', async () => {
    const sampler = await make('noise', { jumps: 2, lambda: 0, candidates: 1 });
    expect([sampler.keepsStatistics, bytesOf(sampler.save()), sampler.storedSamples?.()]).to.deep.equal([false, 0, 0]);
  });
});

describe('options of samplers', () => {
  const problem = (name: keyof typeof samplers, options: object): string =>
    samplers[name].options
      .safeParse(options)
      .error?.issues.map(({ path }) => path.join('.'))
      .join() ?? 'none';

  it('refuse what no walk can be made of, and say which option it is', () => {
    expect(problem('noise', { lambda: -1 })).to.equal('lambda');
    expect(problem('noise', { jumps: 1 })).to.equal('jumps');
    expect(problem('noise', { jumps: 4, collectFrom: 5 })).to.equal('collectFrom');
    expect(problem('noise', { quota: { confidence: 1 } })).to.equal('quota.confidence');
    expect(problem('latent', { reinjections: 2, lambda: 'atuo' })).to.equal('lambda');
    expect(problem('latent', { lambda: 'auto' })).to.equal('lambda');
    expect(problem('latent', { rank: 3 })).to.equal('rank');
    expect(problem('buffer', { perClass: 0 })).to.equal('perClass');
    expect(problem('noise', { jumps: 4, collectFrom: 4, lambda: 'auto' })).to.equal('none');
  });

  it('leave out what is not given, so that scenarios written before keep their digest', () => {
    expect(samplers.latent.options.parse({})).to.deep.equal({
      components: 10,
      covariance: 'full',
      reinjections: 1,
      lambda: 0,
    });
    expect(samplers.noise.options.parse({})).to.deep.equal({ jumps: 8, lambda: 2.25, candidates: 4 });
  });
});

describe('the buffer sampler', () => {
  it('counts the real samples that it keeps, and their bytes', async () => {
    const sampler = await make('buffer', { perClass: 3 });
    expect(sampler.storedSamples?.()).to.equal(0);
    await sampler.consolidate?.(endOfTask(), randomStream(1));
    // two classes, three samples each, two values each, four bytes a value
    expect([sampler.storedSamples?.(), bytesOf(sampler.save())]).to.deep.equal([6, 48]);
  });
});
