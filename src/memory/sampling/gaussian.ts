import type { RandomStream } from '../../core/random.js';

export const covariances = ['full', 'diagonal', 'low-rank'] as const;

/** The shape of a Gaussian: what of its covariance is kept. */
export type Covariance =
  | { readonly kind: 'full' }
  | { readonly kind: 'diagonal' }
  /** A diagonal and `rank` directions of correlation, 1 ≤ rank < dimension. */
  | { readonly kind: 'low-rank'; readonly rank: number };

/**
 * A Gaussian over codes, N(μ, L·Lᵀ). `factor` is L: its lower triangle packed row by row for a full covariance, the
 * standard deviations for a diagonal one, and for a low-rank one L = [D^½ V], the standard deviations that D adds and
 * then the rows of V.
 */
export interface Gaussian {
  readonly mean: Float32Array;
  readonly factor: Float32Array;
}

/**
 * Added to every variance, so that a component of few points still has a Cholesky factor. Absolute: as a share of the
 * codes' variance it would be another number for each code, and change every dream of the sampler "latent", and with them
 * all results that were published. It blurs codes that vary by less than some 0.01.
 */
const ridge = 1e-4;

/** Values in the factor of a Gaussian of this dimension: 4 bytes each, next to 4 for each value of the mean. */
export function factorLength(dimension: number, covariance: Covariance): number {
  if (covariance.kind === 'full') return (dimension * (dimension + 1)) / 2;
  return covariance.kind === 'diagonal' ? dimension : dimension * (1 + covariance.rank);
}

/** Draws of N(0, 1) that one code takes. */
export function noiseLength(dimension: number, covariance: Covariance): number {
  return covariance.kind === 'low-rank' ? dimension + covariance.rank : dimension;
}

/**
 * The Gaussian of greatest likelihood for the given rows, with unbiased covariance plus {@link ridge} on its diagonal. A
 * low-rank one keeps all variances and, of what is off the diagonal, the `rank` leading principal directions.
 *
 * @param codes rows of `dimension` values; @param rows the ones to fit, at least one
 * @param random drawn from for a low-rank covariance only
 */
export function fitGaussian(
  codes: Float32Array,
  rows: readonly number[],
  dimension: number,
  covariance: Covariance,
  random: RandomStream,
): Gaussian {
  const mean = new Float64Array(dimension);
  for (const row of rows)
    for (let i = 0; i < dimension; i++) mean[i] = (mean[i] ?? 0) + (codes[row * dimension + i] ?? 0);
  for (let i = 0; i < dimension; i++) mean[i] = (mean[i] ?? 0) / rows.length;
  const packed = covarianceOf(codes, rows, mean, covariance.kind === 'diagonal');
  return { mean: Float32Array.from(mean), factor: Float32Array.from(factorOf(packed, dimension, covariance, random)) };
}

/** Unbiased covariance, its lower triangle packed row by row, or its diagonal alone. */
function covarianceOf(
  codes: Float32Array,
  rows: readonly number[],
  mean: Float64Array,
  diagonal: boolean,
): Float64Array {
  const dimension = mean.length;
  const scale = 1 / Math.max(1, rows.length - 1);
  const packed = new Float64Array(diagonal ? dimension : (dimension * (dimension + 1)) / 2);
  const centred = new Float64Array(dimension);
  for (const row of rows) {
    for (let i = 0; i < dimension; i++) centred[i] = (codes[row * dimension + i] ?? 0) - (mean[i] ?? 0);
    for (let i = 0, at = 0; i < dimension; i++) {
      const ci = (centred[i] ?? 0) * scale;
      if (diagonal) packed[i] = (packed[i] ?? 0) + ci * (centred[i] ?? 0);
      else for (let j = 0; j <= i; j++, at++) packed[at] = (packed[at] ?? 0) + ci * (centred[j] ?? 0);
    }
  }
  return packed;
}

function factorOf(packed: Float64Array, dimension: number, covariance: Covariance, random: RandomStream): Float64Array {
  if (covariance.kind === 'full') return cholesky(packed, dimension);
  if (covariance.kind === 'diagonal') return packed.map((variance) => Math.sqrt(variance + ridge));
  const { rank } = covariance;
  const v = lowRankFactor(packed, dimension, rank, random);
  const factor = new Float64Array(factorLength(dimension, covariance));
  factor.set(v, dimension);
  for (let i = 0; i < dimension; i++) {
    let explained = 0;
    for (let c = 0; c < rank; c++) explained += (v[i * rank + c] ?? 0) ** 2;
    const variance = packed[(i * (i + 1)) / 2 + i] ?? 0;
    factor[i] = Math.sqrt(Math.max(0, variance - explained) + ridge);
  }
  return factor;
}

/**
 * Draws one code, μ + L·ε with ε ~ N(0, I), into `out` at `offset`.
 *
 * @param noise {@link noiseLength} values, written to
 */
export function drawGaussian(
  { mean, factor }: Gaussian,
  covariance: Covariance,
  random: RandomStream,
  noise: Float32Array,
  out: Float32Array,
  offset: number,
): void {
  const dimension = mean.length;
  const rank = covariance.kind === 'low-rank' ? covariance.rank : 0;
  random.fillNormal(noise);
  for (let i = 0, at = 0; i < dimension; i++) {
    let value = mean[i] ?? 0;
    if (covariance.kind === 'full') for (let j = 0; j <= i; j++, at++) value += (factor[at] ?? 0) * (noise[j] ?? 0);
    else value += (factor[i] ?? 0) * (noise[i] ?? 0);
    for (let c = 0; c < rank; c++) value += (factor[dimension + i * rank + c] ?? 0) * (noise[dimension + c] ?? 0);
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

/** Passes of subspace iteration: enough to separate eigenvalues that differ by a fifth. */
const passes = 25;

/**
 * V, of `dimension` × `rank` values row by row, with S ≈ V·Vᵀ + D for a covariance S: the Nyström approximation
 *
 *     V = S·Q·L⁻ᵀ,   L·Lᵀ = Qᵀ·S·Q   (Cholesky)
 *
 * on an orthonormal basis Q of about the `rank` leading eigenvectors, found by subspace iteration. S − V·Vᵀ is a Schur
 * complement, so the variances that D has to make up for are never negative.
 *
 * @param packed S, its lower triangle packed row by row; @param rank in [1, dimension)
 */
export function lowRankFactor(
  packed: Float64Array,
  dimension: number,
  rank: number,
  random: RandomStream,
): Float64Array {
  const start = new Float32Array(dimension * rank);
  random.fillNormal(start);
  let q = orthonormal(Float64Array.from(start), dimension, rank);
  for (let pass = 0; pass < passes; pass++) q = orthonormal(times(packed, q, dimension, rank), dimension, rank);
  const v = times(packed, q, dimension, rank);
  whiten(v, q, dimension, rank);
  return v;
}

/** S·Q. */
function times(packed: Float64Array, q: Float64Array, dimension: number, rank: number): Float64Array {
  const out = new Float64Array(q.length);
  for (let i = 0, at = 0; i < dimension; i++) {
    for (let j = 0; j <= i; j++, at++) {
      const s = packed[at] ?? 0;
      for (let c = 0; c < rank; c++) {
        out[i * rank + c] = (out[i * rank + c] ?? 0) + s * (q[j * rank + c] ?? 0);
        if (i !== j) out[j * rank + c] = (out[j * rank + c] ?? 0) + s * (q[i * rank + c] ?? 0);
      }
    }
  }
  return out;
}

/** Gram–Schmidt, modified, on the columns, in place. A column that lies in the span of the earlier ones becomes 0. */
function orthonormal(q: Float64Array, dimension: number, rank: number): Float64Array {
  for (let c = 0; c < rank; c++) {
    const before = columnProduct(q, q, dimension, rank, c, c);
    for (let other = 0; other < c; other++) {
      const overlap = columnProduct(q, q, dimension, rank, c, other);
      for (let i = 0; i < dimension; i++)
        q[i * rank + c] = (q[i * rank + c] ?? 0) - overlap * (q[i * rank + other] ?? 0);
    }
    const after = columnProduct(q, q, dimension, rank, c, c);
    const scale = after > 1e-20 * before ? 1 / Math.sqrt(after) : 0;
    for (let i = 0; i < dimension; i++) q[i * rank + c] = (q[i * rank + c] ?? 0) * scale;
  }
  return q;
}

/** V ← V·L⁻ᵀ with L·Lᵀ = Qᵀ·V, column by column; a direction without variance gives a column of zeros. */
function whiten(v: Float64Array, q: Float64Array, dimension: number, rank: number): void {
  for (let c = 0; c < rank; c++) {
    // Taking each finished column's part away leaves the Schur complement, whose diagonal holds L's.
    const pivot = columnProduct(q, v, dimension, rank, c, c);
    const scale = pivot > 1e-12 ? 1 / Math.sqrt(pivot) : 0;
    for (let i = 0; i < dimension; i++) v[i * rank + c] = (v[i * rank + c] ?? 0) * scale;
    for (let later = c + 1; later < rank; later++) {
      const share = columnProduct(q, v, dimension, rank, later, c);
      for (let i = 0; i < dimension; i++)
        v[i * rank + later] = (v[i * rank + later] ?? 0) - share * (v[i * rank + c] ?? 0);
    }
  }
}

function columnProduct(
  a: Float64Array,
  b: Float64Array,
  dimension: number,
  rank: number,
  columnA: number,
  columnB: number,
): number {
  let sum = 0;
  for (let i = 0; i < dimension; i++) sum += (a[i * rank + columnA] ?? 0) * (b[i * rank + columnB] ?? 0);
  return sum;
}
