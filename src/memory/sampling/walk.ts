import type { RandomStream } from '../../core/random.js';
import type { FrozenAutoencoder } from '../../core/sampler.js';

export interface WalkOptions {
  /** Jumps to take; Infinity for a stream that whoever pulls it ends. */
  readonly jumps: number;
  /** λ ≥ 0: variance of the noise that is added after each jump. */
  readonly lambda: number;
  /** Whether the last jump has its noise too; without, nothing is drawn for it. */
  readonly lastNoise: boolean;
}

/** One jump of walks that go side by side. */
export interface Jump {
  /** From 1. */
  readonly n: number;
  /** AE(xₙ₋₁): where the jump leads. */
  readonly reconstruction: Float32Array;
  /**
   * xₙ = AE(xₙ₋₁) + √λ·εₙ₋₁: from where the next jump is taken. Whoever pulls the stream may write other rows into it before
   * that, which is how a walk starts anew. The very same array as `reconstruction` where there is no noise.
   */
  readonly x: Float32Array;
}

/**
 * Reinjection, `count` walks side by side, as a stream of jumps: algorithms 1 and 2 of "Generalization of iterative
 * sampling in autoencoders" (Solinas et al. 2020), which differ in what they make of it,
 *
 *     xₙ₊₁ = AE(xₙ) + √λ·εₙ,   εₙ ~ N(0, I)   (equation 7)
 *
 * For an autoencoder with r(x) = x + (λ₀/2)·∇log p(x), as a perfect lossy one is to first order (equation 5), this is
 * Langevin dynamics that samples p^(λ₀/λ) (equation 8).
 *
 * @param start x₀, `count` rows; left as it is
 */
export async function* jumpsFrom(
  autoencoder: FrozenAutoencoder,
  start: Float32Array,
  count: number,
  { jumps, lambda, lastNoise }: WalkOptions,
  random: RandomStream,
): AsyncGenerator<Jump, void, undefined> {
  let x = start;
  for (let n = 1; n <= jumps; n++) {
    const reconstruction = await autoencoder.reconstruct(x, count);
    x = lambda > 0 && (n < jumps || lastNoise) ? withNoise(reconstruction, lambda, random) : reconstruction;
    yield { n, reconstruction, x };
  }
}

/**
 * What the autoencoder makes of the walks at each jump, AE(xₙ), before the jump's noise is added: where λ is large, that is
 * the sample and xₙ₊₁ only the place from where to jump next.
 */
export async function* walk(
  autoencoder: FrozenAutoencoder,
  start: Float32Array,
  count: number,
  options: Omit<WalkOptions, 'lastNoise'>,
  random: RandomStream,
): AsyncGenerator<Float32Array, void, undefined> {
  const walks = jumpsFrom(autoencoder, start, count, { ...options, lastNoise: false }, random);
  for await (const { reconstruction } of walks) yield reconstruction;
}

function withNoise(rows: Float32Array, lambda: number, random: RandomStream): Float32Array {
  const scale = Math.sqrt(lambda);
  const x = new Float32Array(rows.length);
  random.fillNormal(x);
  for (let i = 0; i < x.length; i++) x[i] = (rows[i] ?? 0) + scale * (x[i] ?? 0);
  return x;
}
