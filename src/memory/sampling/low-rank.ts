import type { RandomStream } from '../../core/random.js';

/** Passes of subspace iteration: enough to tell eigenvalues apart that differ by a fifth. */
const passes = 25;

/**
 * V, of `dimension` × `rank` values row by row, with S ≈ V·Vᵀ + D for a covariance S: the Nyström approximation
 *
 *     V = S·Q·L⁻ᵀ,   L·Lᵀ = Qᵀ·S·Q   (Cholesky)
 *
 * on an orthonormal basis Q of about the `rank` leading eigenvectors, found by subspace iteration. S − V·Vᵀ is
 * a Schur complement of a matrix without negative eigenvalues and has none itself, so the variances that D has to make up
 * for are never negative.
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
