import type { RandomStream } from '../../core/random.js';
import type { FrozenAutoencoder, LabelledCodes } from '../../core/sampler.js';
import { joined } from '../../core/tensor.js';
import { ClassGaussians } from './class-gaussians.js';
import { ReverieError } from '../../core/errors.js';

/** Samples to look at, line by line. */
export interface View {
  /** Rows of samples, one line after the other. */
  readonly features: Float32Array;
  /** Samples per line. */
  readonly columns: number;
  /** What lines and columns show, in one sentence. */
  readonly legend: string;
}

/** Samples, and what of them is known. */
export interface KnownSamples extends LabelledCodes {
  /** Rows of samples, in the order of the codes. */
  readonly features: Float32Array;
}

/** Deviations, either way, that a traversal goes from the mean. */
const reach = 2;

/**
 * What lies between samples: each line is of two that follow each other, with what is decoded of `steps` codes on the
 * straight line between theirs.
 *
 * @param lines at most half as many as there are samples
 */
export async function viewBetween(
  autoencoder: FrozenAutoencoder,
  { features, codes }: KnownSamples,
  lines: number,
  steps: number,
): Promise<View> {
  const { width, codeWidth } = autoencoder;
  const row = (of: Float32Array, at: number, length: number): Float32Array =>
    of.subarray(at * length, (at + 1) * length);
  const drawn: Float32Array[] = [];
  for (let line = 0; line < lines; line++) {
    const [from, to] = [2 * line, 2 * line + 1];
    const path = interpolated(row(codes, from, codeWidth), row(codes, to, codeWidth), steps);
    drawn.push(row(features, from, width), await autoencoder.decode(path, steps), row(features, to, width));
  }
  const legend = 'first and last: two samples; between them: codes on the line from one to the other, decoded';
  return { features: joined(drawn), columns: steps + 2, legend };
}

/**
 * What values of a code mean: each line changes one of them in the code of the first sample, from two deviations below its
 * mean to two above, those first that differ most from sample to sample.
 *
 * @param lines those beyond the width of a code are left out
 */
export async function viewTraversals(
  autoencoder: FrozenAutoencoder,
  { codes }: KnownSamples,
  lines: number,
  steps: number,
): Promise<View> {
  const { codeWidth } = autoencoder;
  const axes = axesByDeviation(codes, codeWidth).slice(0, lines);
  const paths = axes.map(({ axis, mean, deviation }) => {
    const values = Array.from({ length: steps }, (_, i) => mean + deviation * reach * (2 * (i / (steps - 1)) - 1));
    return traversed(codes.subarray(0, codeWidth), axis, values);
  });
  const features = await autoencoder.decode(joined(paths), axes.length * steps);
  const which = axes.map(({ axis }) => axis).join(', ');
  const legend = `rows: values ${which} of a code; columns: from ${reach} deviations below the mean to ${reach} above`;
  return { features, columns: steps, legend };
}

/**
 * What comes of noise: decoded seeds where the autoencoder knows which noise its codes are like, else draws from the
 * Gaussian over the codes of each class, a line each.
 *
 * @param lines for seeds; of classes there are as many lines as classes
 */
export async function viewOfNoise(
  autoencoder: FrozenAutoencoder,
  known: KnownSamples,
  lines: number,
  columns: number,
  random: RandomStream,
): Promise<View> {
  if (autoencoder.samplePrior !== undefined) {
    const seeds = await autoencoder.samplePrior(lines * columns, random);
    const features = await autoencoder.decode(seeds, lines * columns);
    return { features, columns, legend: "decoded from noise, as the memory's own codes are like" };
  }
  const gaussians = new ClassGaussians({ ...known, width: autoencoder.codeWidth }, random);
  const { classes } = gaussians;
  const codes = joined(classes.map((label) => gaussians.draw(label, columns, random)));
  const features = await autoencoder.decode(codes, classes.length * columns);
  const legend = `rows: classes ${classes.join(', ')}; columns: draws from the Gaussian over the codes of the class`;
  return { features, columns, legend };
}

/**
 * Codes on the straight line between two (study guide of autoencoders, 3.8.2): z_t = (1 − t)·z₁ + t·z₂ for `count` values
 * of t from 0 to 1, both included.
 *
 * @param from a code; @param to another, as wide; @param count at least 2
 * @returns `count` rows
 * @throws bad-shape where the codes differ in width, bad-usage for fewer than two
 */
export function interpolated(from: Float32Array, to: Float32Array, count: number): Float32Array {
  if (from.length !== to.length) {
    throw new ReverieError('bad-shape', `a code of ${from.length} values and one of ${to.length} have no line between`);
  }
  if (!(Number.isInteger(count) && count >= 2)) {
    throw new ReverieError(
      'bad-usage',
      `between two codes lie their two ends at least; ${count} codes cannot be given`,
    );
  }
  const width = from.length;
  return Float32Array.from({ length: count * width }, (_, i) => {
    const t = Math.floor(i / width) / (count - 1);
    const [start = 0, end = 0] = [from[i % width], to[i % width]];
    return (1 - t) * start + t * end;
  });
}

/**
 * A code in which one value is replaced by each of others: a latent traversal, which shows what that value means.
 *
 * @param axis which value, from 0
 * @returns a row for each of `values`
 * @throws bad-usage where the code has no such value
 */
export function traversed(code: Float32Array, axis: number, values: ArrayLike<number>): Float32Array {
  if (!(Number.isInteger(axis) && axis >= 0 && axis < code.length)) {
    throw new ReverieError('bad-usage', `a code of ${code.length} values has no value ${axis}, which counts from 0`);
  }
  const width = code.length;
  return Float32Array.from({ length: values.length * width }, (_, i) => {
    const place = i % width;
    return (place === axis ? values[Math.floor(i / width)] : code[place]) ?? 0;
  });
}

/** A value of codes that differs, and between which bounds. */
export interface Axis {
  /** Which value of a code, from 0. */
  readonly axis: number;
  readonly mean: number;
  /** Standard deviation over the codes, ≥ 0. */
  readonly deviation: number;
}

/**
 * The values of a code by how much they differ from sample to sample, most first: those worth a traversal.
 *
 * @param codes rows of `width` values, at least one
 */
export function axesByDeviation(codes: Float32Array, width: number): readonly Axis[] {
  const count = codes.length / width;
  return Array.from({ length: width }, (_, axis) => {
    const values = Array.from({ length: count }, (_row, row) => codes[row * width + axis] ?? 0);
    const mean = values.reduce((sum, value) => sum + value, 0) / count;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
    return { axis, mean, deviation: Math.sqrt(variance) };
  }).sort((a, b) => b.deviation - a.deviation);
}
