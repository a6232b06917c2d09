import type { RandomStream } from '../../core/random.js';
import type { Autoencoding } from '../../core/sampler.js';

export interface WalkOptions {
  /** Jumps to take. */
  readonly jumps: number;
  /** λ ≥ 0: variance of the noise that is added after each jump. */
  readonly lambda: number;
}

/**
 * Reinjection, `count` walks side by side (equation 7 and algorithm 1 of "Generalization of iterative sampling in
 * autoencoders", Solinas et al. 2020):
 *
 *     xₙ₊₁ = AE(xₙ) + √λ·εₙ,   εₙ ~ N(0, I)
 *
 * Yields AE(xₙ) after each jump, before the jump's noise is added: where λ is large, that is the sample and xₙ₊₁ only
 * the place from where to jump next.
 *
 * @param start x₀, `count` rows
 */
export async function* walk(
  autoencoder: Autoencoding,
  start: Float32Array,
  count: number,
  { jumps, lambda }: WalkOptions,
  random: RandomStream,
): AsyncGenerator<Float32Array, void, undefined> {
  const scale = Math.sqrt(lambda);
  const noise = new Float32Array(scale > 0 ? count * autoencoder.width : 0);
  let x = start;
  for (let jump = 1; jump <= jumps; jump++) {
    const reconstruction = await autoencoder.reconstruct(x, count);
    yield reconstruction;
    x = reconstruction;
    if (scale > 0 && jump < jumps) {
      random.fillNormal(noise);
      x = reconstruction.map((value, i) => value + scale * (noise[i] ?? 0));
    }
  }
}
