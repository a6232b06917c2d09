import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import { feed } from '../../../src/engine/graph/ops.js';
import { denseNetwork, forward, type Network } from '../../../src/engine/networks/network.js';
import { corrupted, gaussianNoise, inputNoise, noisyForward } from '../../../src/memory/autoencoders/noise.js';
import { engineForTest } from '../../engine/engines-under-test.js';

/** x ↦ tanh(2x + 0.5) ↦ −3h + 1, one value wide. */
const network: Network = denseNetwork({ name: 'net', widths: [1, 1, 1], activation: 'tanh' });
const one = (value: number) => ({ shape: [1], data: Float32Array.of(value) });
const values = {
  'net/0/kernel': { shape: [1, 1], data: Float32Array.of(2) },
  'net/0/bias': one(0.5),
  'net/1/kernel': { shape: [1, 1], data: Float32Array.of(-3) },
  'net/1/bias': one(1),
};

async function applied(x: number, noise: number): Promise<{ readonly noisy: number; readonly plain: number }> {
  const engine = await engineForTest();
  const input = feed('x', [1, 1]);
  const program = await engine.compile({
    fetches: {
      noisy: noisyForward(network, input, feed('noise', [1, 1])),
      plain: forward(network, input, 'training').output,
    },
  });
  const state = engine.variables(values);
  const { noisy, plain } = await program.run({ x: Float32Array.of(x), noise: Float32Array.of(noise) }, state);
  program.dispose();
  state.dispose();
  return { noisy: noisy?.[0] ?? NaN, plain: plain?.[0] ?? NaN };
}

describe('denoising', () => {
  it('adds its noise before the first activation, and nowhere else', async () => {
    const { noisy } = await applied(0.3, 0.7);
    // By hand: −3·tanh(2·0.3 + 0.5 + 0.7) + 1
    expect(noisy).to.be.closeTo(-3 * Math.tanh(1.8) + 1, 1e-6);
  });

  it('without noise is the network itself', async () => {
    const { noisy, plain } = await applied(0.3, 0);
    expect(noisy).to.equal(plain);
  });

  it('refuses a network with layers that it does not know', () => {
    const flat: Network = { name: 'flat', input: [2, 2], layers: [{ kind: 'flatten' }] };
    expect(() => noisyForward(flat, feed('x', [1, 2, 2]), feed('noise', [1, 4]))).to.throw(RangeError, 'flatten layer');
  });

  it('draws Gaussian noise of standard deviation σ, not of variance σ', () => {
    const noise = gaussianNoise(40_000, randomStream(1), 0.5);
    const variance = noise.reduce((sum, value) => sum + value * value, 0) / noise.length;
    // Four standard errors of a variance estimate: 4·σ²·√(2/n).
    expect(variance).to.be.closeTo(0.25, 4 * 0.25 * Math.sqrt(2 / 40_000));
  });

  it('adds noise to values, sets them to 0, and to 0 or 1, each as often as it is asked to', () => {
    const x = new Float32Array(40_000).fill(2);
    const none = { gaussian: 0, masking: 0, saltAndPepper: 0 };
    const share = (values: Float32Array, value: number): number =>
      values.filter((other) => other === value).length / values.length;
    const within = 4 * Math.sqrt((0.3 * 0.7) / x.length);
    expect(corrupted(x, none, randomStream(1))).to.deep.equal(x);
    const masked = corrupted(x, { ...none, masking: 0.3 }, randomStream(1));
    expect([...new Set(masked)].sort()).to.deep.equal([0, 2]);
    expect(share(masked, 0)).to.be.closeTo(0.3, within);
    const salted = corrupted(x, { ...none, saltAndPepper: 0.3 }, randomStream(1));
    expect(share(salted, 0)).to.be.closeTo(0.15, within);
    expect(share(salted, 1)).to.be.closeTo(0.15, within);
    const noisy = corrupted(x, { ...none, gaussian: 0.5 }, randomStream(1));
    const variance = noisy.reduce((sum, value) => sum + (value - 2) ** 2, 0) / noisy.length;
    expect(variance).to.be.closeTo(0.25, 4 * 0.25 * Math.sqrt(2 / x.length));
    expect(x.every((value) => value === 2)).to.be.true;
  });

  it('replaces the given share of values by uniform ones in [0, 1), and leaves the input as it was', () => {
    const x = new Float32Array(40_000).fill(2);
    const replaced = corrupted(x, inputNoise({ uniform: 0.3 }), randomStream(2)).filter((value) => value !== 2);
    expect(replaced.length / x.length).to.be.closeTo(0.3, 4 * Math.sqrt((0.3 * 0.7) / x.length));
    expect(Math.min(...replaced)).to.be.within(0, 0.01);
    expect(Math.max(...replaced)).to.be.within(0.99, 1);
    const mean = replaced.reduce((sum, value) => sum + value, 0) / replaced.length;
    expect(mean).to.be.closeTo(0.5, 4 * Math.sqrt(1 / 12 / replaced.length));
    expect(x.every((value) => value === 2)).to.be.true;
  });
});
