import type { RandomStream } from '../../core/random.js';

export const covariances = ['full', 'diagonal'] as const;
export type Covariance = (typeof covariances)[number];

/**
 * A Gaussian over codes, N(μ, L·Lᵀ). `factor` is L: its lower triangle packed row by row for a full covariance, or the
 * standard deviations for a diagonal one.
 */
export interface Gaussian {
  readonly mean: Float32Array;
  readonly factor: Float32Array;
}

/** Added to every variance, so that a component of few points still has a Cholesky factor. */
const ridge = 1e-4;

/** Values in the factor of a Gaussian of this dimension. */
export function factorLength(dimension: number, covariance: Covariance): number {
  return covariance === 'full' ? (dimension * (dimension + 1)) / 2 : dimension;
}

/**
 * The Gaussian of greatest likelihood for the given rows, with unbiased covariance plus {@link ridge} on its diagonal.
 *
 * @param codes rows of `dimension` values; @param rows the ones to fit, at least one
 */
export function fitGaussian(
  codes: Float32Array,
  rows: readonly number[],
  dimension: number,
  covariance: Covariance,
): Gaussian {
  const mean = new Float64Array(dimension);
  for (const row of rows)
    for (let i = 0; i < dimension; i++) mean[i] = (mean[i] ?? 0) + (codes[row * dimension + i] ?? 0);
  for (let i = 0; i < dimension; i++) mean[i] = (mean[i] ?? 0) / rows.length;
  const scale = 1 / Math.max(1, rows.length - 1);
  const packed = new Float64Array(factorLength(dimension, covariance));
  const centred = new Float64Array(dimension);
  for (const row of rows) {
    for (let i = 0; i < dimension; i++) centred[i] = (codes[row * dimension + i] ?? 0) - (mean[i] ?? 0);
    for (let i = 0, at = 0; i < dimension; i++) {
      const ci = (centred[i] ?? 0) * scale;
      if (covariance === 'diagonal') packed[i] = (packed[i] ?? 0) + ci * (centred[i] ?? 0);
      else for (let j = 0; j <= i; j++, at++) packed[at] = (packed[at] ?? 0) + ci * (centred[j] ?? 0);
    }
  }
  const factor =
    covariance === 'full' ? cholesky(packed, dimension) : packed.map((variance) => Math.sqrt(variance + ridge));
  return { mean: Float32Array.from(mean), factor: Float32Array.from(factor) };
}

/** Draws one code, μ + L·ε with ε ~ N(0, I), into `out` at `offset`. */
export function drawGaussian(
  { mean, factor }: Gaussian,
  random: RandomStream,
  noise: Float32Array,
  out: Float32Array,
  offset: number,
): void {
  const dimension = mean.length;
  random.fillNormal(noise);
  const full = factor.length !== dimension || dimension === 1;
  for (let i = 0, at = 0; i < dimension; i++) {
    let value = mean[i] ?? 0;
    if (full) for (let j = 0; j <= i; j++, at++) value += (factor[at] ?? 0) * (noise[j] ?? 0);
    else value += (factor[i] ?? 0) * (noise[i] ?? 0);
    out[offset + i] = value;
  }
}

/** Cholesky–Banachiewicz: L with L·Lᵀ = S + ridge·I, both packed lower triangles. O(n³ / 3). */
function cholesky(packed: Float64Array, n: number): Float64Array {
  const l = new Float64Array(packed.length);
  for (let i = 0; i < n; i++) {
    const rowI = (i * (i + 1)) / 2;
    for (let j = 0; j <= i; j++) {
      const rowJ = (j * (j + 1)) / 2;
      let s = (packed[rowI + j] ?? 0) + (i === j ? ridge : 0);
      for (let k = 0; k < j; k++) s -= (l[rowI + k] ?? 0) * (l[rowJ + k] ?? 0);
      l[rowI + j] = i === j ? Math.sqrt(Math.max(s, ridge)) : s / (l[rowJ + j] ?? 1);
    }
  }
  return l;
}
