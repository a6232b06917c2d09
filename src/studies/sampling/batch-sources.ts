import type { Samples } from '../../core/dataset.js';
import type { RandomStream } from '../../core/random.js';
import type { FrozenAutoencoder } from '../../core/sampler.js';
import { shuffledBatches } from '../../core/batches.js';
import { setOneHot } from '../../learners/batches.js';
import { jumpsFrom } from '../../memory/sampling/walk.js';

/** What a classifier learns from in one step. */
export interface LabelledBatch {
  readonly features: Float32Array;
  /** A row for each sample: the probability of each class. */
  readonly targets: Float32Array;
}

/** Batches without end. */
export type BatchSource = AsyncGenerator<LabelledBatch, never, undefined>;

/** Gives `count` rows the probabilities that they are taught with: the ground truth classifier. */
export type Teach = (features: Float32Array, count: number) => Promise<Float32Array>;

/**
 * The upper bound: real samples with their labels, pass after pass in random order.
 *
 * @param classes in the order of the targets' columns
 */
// eslint-disable-next-line @typescript-eslint/require-await -- of one type with the sources that wait for an engine
export async function* realBatches(
  samples: Samples,
  classes: readonly number[],
  batch: number,
  random: RandomStream,
): BatchSource {
  for (const { rows } of shuffledBatches(samples, batch, random)) {
    const features = new Float32Array(batch * samples.width);
    samples.copyRows(rows, features);
    const targets = new Float32Array(batch * classes.length);
    setOneHot(targets, samples, rows, classes);
    yield { features, targets };
  }
  throw new Error('shuffled batches have no end');
}

/** The lower bound: labelled N(0, I) noise (section IV-F), algorithm 2 without its autoencoder. */
export async function* noiseBatches(width: number, teach: Teach, batch: number, random: RandomStream): BatchSource {
  for (;;) {
    const features = new Float32Array(batch * width);
    random.fillNormal(features);
    yield { features, targets: await teach(features, batch) };
  }
}

export interface DreamOptions {
  /** Walks side by side; each jump gives a batch of this many samples. */
  readonly walks: number;
  /** R ≥ 2: jumps of a walk before all start anew from N(0, I). */
  readonly jumps: number;
  /** λ ≥ 0. */
  readonly lambda: number;
  /** xₙ with the noise of its jump, as algorithm 2 says, or AE(xₙ₋₁) before it. */
  readonly collect: 'noisy' | 'reconstruction';
}

/**
 * Algorithm 2 of Solinas et al. 2020 with the restart heuristic of section IV-A: R jumps from x₀ ~ N(0, I), labelled by the
 * classifier, collected from the second jump on ("burn-in"), then a new start.
 */
export async function* dreamBatches(
  autoencoder: FrozenAutoencoder,
  teach: Teach,
  { walks, jumps, lambda, collect }: DreamOptions,
  random: RandomStream,
): BatchSource {
  for (;;) {
    const start = new Float32Array(walks * autoencoder.width);
    random.fillNormal(start);
    const options = { jumps, lambda, lastNoise: collect === 'noisy' };
    for await (const { n, x, reconstruction } of jumpsFrom(autoencoder, start, walks, options, random)) {
      const features = collect === 'noisy' ? x : reconstruction;
      if (n > 1) yield { features, targets: await teach(features, walks) };
    }
  }
}
