import type { RandomStream } from '../../core/random.js';
import type { Autoencoding, Judge, Sampler } from '../../core/sampler.js';
import { rowsByLabel } from '../rows-by-label.js';
import { walk } from './walk.js';

export interface NoiseSamplerOptions {
  /** R ≥ 2: jumps of a walk before it starts anew (the paper's restart heuristic). */
  readonly jumps: number;
  /** λ ≥ 0. */
  readonly lambda: number;
  /** Candidates drawn for each dream; they are accepted in balance over the teacher's classes. 1 takes all as they come. */
  readonly candidates: number;
}

/**
 * Walks from noise, x₀ ~ N(0, I), as algorithm 2 of Solinas et al. 2020: every jump but the first gives a sample
 * ("burn-in"), labelled by the classifier. Keeps nothing but the autoencoder itself.
 *
 * The balance over classes is reverie's: a walk visits the classes unevenly, so more candidates are drawn than needed
 * and picked with weights 1 / (candidates of the same class).
 */
export function noiseSampler({ jumps, lambda, candidates }: NoiseSamplerOptions): Sampler {
  async function* walks(
    autoencoder: Autoencoding,
    count: number,
    random: RandomStream,
  ): AsyncGenerator<Float32Array, void, undefined> {
    const start = new Float32Array(count * autoencoder.width);
    random.fillNormal(start);
    yield start;
    yield* walk(autoencoder, start, count, { jumps, lambda }, random);
  }

  return {
    keepsStatistics: false,
    fit: () => undefined,
    save: () => ({ json: {}, tensors: {} }),
    restore: () => undefined,
    walks,
    sample: async (autoencoder, judge, count, random) => {
      const { width } = autoencoder;
      const side = Math.ceil((count * candidates) / (jumps - 1));
      const pool = new Float32Array(side * (jumps - 1) * width);
      let jump = 0;
      for await (const rows of walks(autoencoder, side, random)) {
        if (jump > 1) pool.set(rows, (jump - 2) * side * width);
        jump++;
      }
      if (candidates === 1) return pool.subarray(0, count * width);
      return balanced(autoencoder, judge, pool, count, random);
    },
  };
}

/** `count` of the pool's rows, drawn so that each class that occurs is equally likely. */
async function balanced(
  { width }: Autoencoding,
  judge: Judge,
  pool: Float32Array,
  count: number,
  random: RandomStream,
): Promise<Float32Array> {
  const groups = [...rowsByLabel(await judge(pool, pool.length / width)).values()];
  const out = new Float32Array(count * width);
  for (let i = 0; i < count; i++) {
    const rows = groups[random.integer(groups.length)] ?? [];
    const row = rows[random.integer(rows.length)] ?? 0;
    out.set(pool.subarray(row * width, (row + 1) * width), i * width);
  }
  return out;
}
