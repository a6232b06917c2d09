import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import { energyDistance, inferNoiseScale } from '../../../src/memory/sampling/noise-scale.js';
import { samplers } from '../../../src/memory/sampling/samplers.js';
import { captureError } from '../../support/capture-error.js';
import { perfectAutoencoder, point } from './mixture.js';
import { endOfTask } from '../../../src/testing/sampler-contract.js';

describe('the energy distance', () => {
  it('is what a hand calculation gives', async () => {
    // X = {0, 2}, Y = {1, 5} on a line: E‖X−Y‖ = (1 + 5 + 1 + 3)/4 = 2.5, E‖X−X'‖ = 2, E‖Y−Y'‖ = 4; 2·2.5 − 2 − 4 = −1.
    const [x, y] = [Float32Array.of(0, 2), Float32Array.of(1, 5)];
    expect(await energyDistance({ values: x, width: 1 }, { values: y, width: 1 })).to.be.closeTo(-1, 1e-6);
    // The same as rows of two values, on the diagonal: √2 times as far.
    const both = [x, y].map((values) => ({ values: Float32Array.from([...values].flatMap((v) => [v, v])), width: 2 }));
    const [wide, other] = both;
    if (wide === undefined || other === undefined) throw new Error('two were made');
    expect(await energyDistance(wide, other)).to.be.closeTo(-Math.SQRT2, 1e-6);
  });

  it('is 0 on average for samples of one law, and more for another', async () => {
    const random = randomStream(1);
    const normal = (scale: number): { values: Float32Array; width: number } => {
      const values = new Float32Array(2 * 200);
      random.fillNormal(values);
      return { values: values.map((v) => scale * v), width: 2 };
    };
    let average = 0;
    for (let i = 0; i < 20; i++) average += (await energyDistance(normal(1), normal(1))) / 20;
    // One distance strays by about 0.01 for 200 points each, the mean of 20 by a fifth of that; four of them.
    expect(average).to.be.closeTo(0, 0.01);
    expect(await energyDistance(normal(1), normal(1.5))).to.be.greaterThan(0.05);
  });

  it('lets the event loop have its turn while it compares many rows', async () => {
    const rows = { values: new Float32Array(1500 * 32), width: 32 };
    let [turns, done] = [0, false];
    const count = (): void => {
      turns++;
      if (!done) setImmediate(count);
    };
    setImmediate(count);
    await energyDistance(rows, rows);
    done = true;
    // 72 million values between the samples, and as many within both together; at most 20.1 million at once.
    expect(turns).to.be.at.least(5);
  });
});

describe('the search for a noise scale', () => {
  const search = { min: 0.01, max: 10, dreams: 100 };

  it('finds the least divergence, between the values of its grid', async () => {
    const found = await inferNoiseScale(search, (lambda) => Promise.resolve(Math.log(lambda / 0.7) ** 2 + 3));
    // Golden section leaves 0.62⁴ of two grid steps, ±0.13 in log λ.
    expect(Math.abs(Math.log(found.lambda / 0.7))).to.be.lessThan(0.13);
    expect(found.divergence).to.be.closeTo(3, 0.02);
  });

  it('takes the lowest of several minima that lie grid steps apart', async () => {
    const valley = (lambda: number, at: number, depth: number): number =>
      -depth * Math.exp(-3 * Math.log(lambda / at) ** 2);
    const found = await inferNoiseScale(search, (l) => Promise.resolve(valley(l, 0.05, 1) + valley(l, 3, 1.5)));
    expect(found.lambda).to.be.closeTo(3, 0.5);
  });

  it('never leaves its bounds', async () => {
    const tried: number[] = [];
    const slope = (lambda: number): Promise<number> => {
      tried.push(lambda);
      return Promise.resolve(-lambda);
    };
    expect((await inferNoiseScale(search, slope)).lambda).to.be.closeTo(10, 1e-9);
    expect([Math.min(...tried) > 0.0099, Math.max(...tried) < 10.001]).to.deep.equal([true, true]);
  });

  it('passes over what is no number, and fails where nothing is', async () => {
    const half = (lambda: number): Promise<number> => Promise.resolve(lambda < 1 ? NaN : lambda);
    expect((await inferNoiseScale(search, half)).lambda).to.be.within(1, 2.4);
    const error = await captureError(() => inferNoiseScale(search, () => Promise.resolve(NaN)));
    expect([error.code, error.message.includes('between 0.01 and 10')]).to.deep.equal(['diverged', true]);
  });

  it('gives the λ that the autoencoder was made with, for walks on a known density', async () => {
    const lambda = 0.1;
    const random = randomStream(5);
    const points = Float32Array.from(
      Array.from({ length: 1500 }, () => point(random.uniform(), [random.normal(), random.normal()])).flat(),
    );
    const autoencoder = {
      ...perfectAutoencoder(lambda),
      codeWidth: 2,
      encode: (x: Float32Array) => Promise.resolve(x),
    };
    const known = { codes: points, labels: new Int32Array(1500) };
    const sampler = await samplers.noise.make(
      { jumps: 60, collectFrom: 60, collect: 'noisy', candidates: 1, lambda: { infer: { max: 1, dreams: 1500 } } },
      undefined,
    );
    await sampler.consolidate?.(
      { ...endOfTask(autoencoder), seenCodes: () => Promise.resolve(known) },
      randomStream(1),
    );
    const { noiseScale } = await sampler.sample(autoencoder, endOfTask().teacher, 1, randomStream(2));
    // A half or twice of it samples another density, as density.test.ts shows.
    expect(noiseScale?.lambda).to.be.within(lambda / 1.35, lambda * 1.35);
  });

  it('warns where the λ that it found lies at the edge of where it looked', async () => {
    const warned = async (min: number, max: number): Promise<readonly string[]> => {
      const sampler = await samplers.noise.make({ jumps: 2, lambda: { infer: { min, max, dreams: 60 } } }, undefined);
      expect(sampler.warnings?.()).to.deep.equal([]);
      await sampler.consolidate?.(endOfTask(), randomStream(1));
      return (sampler.warnings?.() ?? []).map(({ code, message }) => `${code}: ${message}`);
    };
    // Codes lie about 5 from each other's centre: noise of variance 10⁻⁶ to 10⁻⁵ is far too small.
    const [only = '', ...others] = await warned(1e-6, 1e-5);
    expect(others).to.deep.equal([]);
    expect(only).to.match(/^noise-scale-at-edge: the inferred noise scale λ = .* lies at the upper edge/);
    expect(only).to.include('a larger "max"');
  });
});
