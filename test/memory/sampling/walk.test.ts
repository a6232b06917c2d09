import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import type { FrozenAutoencoder } from '../../../src/core/sampler.js';
import { jumpsFrom, walk } from '../../../src/memory/sampling/walk.js';

/** An "autoencoder" of one value, x ↦ a·x. */
function linear(a: number): FrozenAutoencoder {
  const map = (x: Float32Array): Promise<Float32Array> => Promise.resolve(x.map((value) => a * value));
  return { width: 1, codeWidth: 1, encode: map, decode: (x) => Promise.resolve(x), reconstruct: map };
}

async function jumps(
  autoencoder: FrozenAutoencoder,
  start: Float32Array,
  options: { jumps: number; lambda: number },
  seed = 1,
): Promise<Float32Array[]> {
  const seen = [];
  for await (const x of walk(autoencoder, start, start.length, options, randomStream(seed))) seen.push(x);
  return seen;
}

describe('a stream of jumps', () => {
  it('is algorithm 1 of the paper, written out', async () => {
    const [lambda, count, seed] = [0.3, 5, 11];
    const x0 = Float32Array.of(3, -2, 0.5, 8, -1);
    // for n = 0 to Ns: draw εₙ ~ N(0, I); xₙ₊₁ = AE(xₙ) + √λ·εₙ
    const wanted: Float32Array[] = [];
    const random = randomStream(seed);
    let x = x0;
    for (let n = 0; n <= 3; n++) {
      const epsilon = new Float32Array(count);
      random.fillNormal(epsilon);
      const previous = x;
      x = Float32Array.from({ length: count }, (_, i) => {
        const reconstruction = Math.fround(0.5 * (previous[i] ?? NaN));
        return reconstruction + Math.sqrt(lambda) * (epsilon[i] ?? NaN);
      });
      wanted.push(x);
    }
    const seen = [];
    const options = { jumps: Infinity, lambda, lastNoise: true };
    for await (const jump of jumpsFrom(linear(0.5), x0, count, options, randomStream(seed))) {
      seen.push(jump);
      if (jump.n === 4) break;
    }
    expect(seen.map((jump) => jump.x)).to.deep.equal(wanted);
    expect(seen.map(({ n }) => n)).to.deep.equal([1, 2, 3, 4]);
    expect(seen[1]?.reconstruction).to.deep.equal(wanted[0]?.map((value) => value / 2));
  });

  it('goes on from rows that whoever pulls it writes into it', async () => {
    const seen: number[] = [];
    const options = { jumps: 3, lambda: 0, lastNoise: false };
    for await (const { n, x } of jumpsFrom(linear(0.5), Float32Array.of(8), 1, options, randomStream(1))) {
      seen.push(x[0] ?? NaN);
      if (n === 1) x[0] = 100;
    }
    expect(seen).to.deep.equal([4, 50, 25]);
  });
});

describe('a reinjection walk', () => {
  it('without noise feeds the output back in', async () => {
    const seen = await jumps(linear(0.5), Float32Array.of(8, -4), { jumps: 3, lambda: 0 });
    expect(seen.map((x) => [...x])).to.deep.equal([
      [4, -2],
      [2, -1],
      [1, -0.5],
    ]);
  });

  it('takes no jump where none is asked for', async () => {
    expect(await jumps(linear(1), Float32Array.of(1), { jumps: 0, lambda: 1 })).to.deep.equal([]);
  });

  it('adds noise of variance λ, not λ² or √λ, per jump', async () => {
    // xₙ₊₁ = AE(xₙ) + √λ·ε with AE = identity: after two jumps AE(x₁) = x₀ + √λ·ε, of variance λ.
    const n = 40_000;
    const [, second = new Float32Array()] = await jumps(linear(1), new Float32Array(n), { jumps: 2, lambda: 0.25 });
    const variance = second.reduce((sum, x) => sum + x * x, 0) / n;
    // Standard error λ·√(2/n) = 0.0018; five of them.
    expect(variance).to.be.closeTo(0.25, 0.009);
  });

  it('settles into the stationary law of its chain', async () => {
    // x ← a·x + √λ·ε is an AR(1) process: the variance of x is λ / (1 − a²), that of a·x is a² times it.
    const [a, lambda, n] = [0.8, 0.5, 40_000];
    const seen = await jumps(linear(a), new Float32Array(n), { jumps: 30, lambda });
    const variance = (seen.at(-1) ?? new Float32Array()).reduce((sum, x) => sum + x * x, 0) / n;
    const expected = (a * a * lambda) / (1 - a * a);
    expect(variance).to.be.closeTo(expected, 5 * expected * Math.sqrt(2 / n));
  });

  it('leaves its start as it was', async () => {
    const start = Float32Array.of(1, 2);
    await jumps(linear(0.5), start, { jumps: 3, lambda: 1 });
    expect([...start]).to.deep.equal([1, 2]);
  });
});
