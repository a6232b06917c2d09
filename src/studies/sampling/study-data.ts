import { rowRange, type Dataset, type Samples } from '../../core/dataset.js';
import { ReverieError } from '../../core/errors.js';
import { argMax } from '../../core/tensor.js';

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
