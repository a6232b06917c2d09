import { ReverieError } from '../../core/errors.js';

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
