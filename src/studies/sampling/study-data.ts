import { rowRange, type Dataset, type Samples } from '../../core/dataset.js';
import { ReverieError } from '../../core/errors.js';
import { argMax } from '../../core/tensor.js';
import type { RandomStream } from '../../core/random.js';
import type { FrozenAutoencoder } from '../../core/sampler.js';
import { shuffledBatches } from '../../core/batches.js';
import { setOneHot } from '../../learners/batches.js';
import { jumpsFrom } from '../../memory/sampling/walk.js';

/** What a study learns from, and what it measures on. */
export interface StudyData {
  readonly train: Samples;
  readonly measured: Samples;
  readonly measuredOn: 'test' | 'validation';
  readonly classes: readonly number[];
}

/** Share of the training samples that is held out for validation: of MNIST's, 10,000. */
const heldOut = 1 / 6;

/**
 * The whole training set and the test set; or, to choose something by, the training set without its last sixth and that
 * sixth, and no test sample.
 *
 * @throws bad-data for values outside [0, 1], which binary cross-entropy cannot reconstruct, and for sets too small to split
 */
export function studyData({ name, train, test, classes }: Dataset, validate: boolean): StudyData {
  checkRange(name, train);
  if (!validate) return { train, measured: test, measuredOn: 'test', classes };
  const kept = train.size - Math.floor(train.size * heldOut);
  if (kept === train.size) {
    throw new ReverieError(
      'bad-data',
      `data set "${name}" has ${train.size} training samples; --validate needs at least 6`,
    );
  }
  return {
    train: train.select(rowRange(0, kept)),
    measured: train.select(rowRange(kept, train.size)),
    measuredOn: 'validation',
    classes,
  };
}

/** Rows that are looked at at once. */
const chunk = 1000;

/** Share of the samples, in [0, 1], whose class has the largest logit. */
export async function accuracyOf(
  logits: (features: Float32Array, count: number) => Promise<Float32Array>,
  samples: Samples,
  classes: readonly number[],
): Promise<number> {
  let right = 0;
  for (const [rows, features] of chunksOf(samples)) {
    const answers = await logits(features, rows.length);
    rows.forEach((row, i) => {
      if (classes[argMax(answers, i * classes.length, classes.length)] === samples.label(row)) right++;
    });
  }
  return right / samples.size;
}

/** @throws bad-data for values outside [0, 1] */
export function checkRange(name: string, samples: Samples): void {
  for (const [rows, features] of chunksOf(samples)) {
    const at = features.findIndex((value) => !(value >= 0 && value <= 1));
    if (at === -1) continue;
    const row = rows[Math.floor(at / samples.width)] ?? 0;
    throw new ReverieError(
      'bad-data',
      `data set "${name}", training sample ${row}: value ${at % samples.width} is ${features[at] ?? NaN}, expected one in ` +
        '[0, 1]; scale the features (min-max) before they are learnt',
    );
  }
}

/**
 * Mean of each value over the samples, as if there were one more sample of all 0 and one of all 1 (Laplace's rule of
 * succession): in (0, 1) also where a value is the same in all samples.
 */
export function smoothedMeans(samples: Samples): Float32Array {
  const { width, size } = samples;
  const sums = new Float64Array(width).fill(1);
  for (const [, features] of chunksOf(samples)) {
    for (let i = 0; i < features.length; i++) sums[i % width] = (sums[i % width] ?? 0) + (features[i] ?? 0);
  }
  return Float32Array.from(sums, (sum) => sum / (size + 2));
}

/** The samples chunk by chunk: row numbers and features. */
function* chunksOf(samples: Samples): Generator<readonly [rows: Uint32Array, features: Float32Array]> {
  for (let from = 0; from < samples.size; from += chunk) {
    const rows = rowRange(from, Math.min(from + chunk, samples.size));
    const features = new Float32Array(rows.length * samples.width);
    samples.copyRows(rows, features);
    yield [rows, features];
  }
}

/** What a classifier learns from in one step. */
export interface LabelledBatch {
  readonly features: Float32Array;
  /** A row for each sample: the probability of each class. */
  readonly targets: Float32Array;
}

/** Batches without end. */
export type BatchSource = AsyncGenerator<LabelledBatch, never, undefined>;

/** Gives `count` rows the probabilities that they are taught with: the ground truth classifier. */
export type TeacherProbabilities = (features: Float32Array, count: number) => Promise<Float32Array>;

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
export async function* noiseBatches(
  width: number,
  teach: TeacherProbabilities,
  batch: number,
  random: RandomStream,
): BatchSource {
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
  teach: TeacherProbabilities,
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
