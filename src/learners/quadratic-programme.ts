import { factorise, solved } from './packed-matrix.js';

/**
 * min_v ½·vᵀPv + qᵀv  subject to  v_i ≥ least for each i,
 *
 * for P symmetric and positive definite, by the active-set method of Lawson & Hanson (1974, chapter 23), exact but for rounding
 * and finite. For few variables: each of its steps, about as many as there are, solves a system.
 *
 * @param p rows of P
 */
export function boundedQuadraticMinimum(
  p: readonly (readonly number[])[],
  q: readonly number[],
  least: number,
): readonly number[] {
  // With v = least + u: min ½·uᵀPu + cᵀu, u ≥ 0.
  const c = q.map((value, i) => value + least * (p[i] ?? []).reduce((sum, one) => sum + one, 0));
  const slopeAt = (u: readonly number[], i: number): number =>
    (c[i] ?? 0) + (p[i] ?? []).reduce((sum, one, j) => sum + one * (u[j] ?? 0), 0);
  const size = 1e-12 * Math.max(1e-300, ...c.map(Math.abs));
  let u: number[] = q.map(() => 0);
  const free = new Set<number>();
  for (let step = 0; step < 10 * (q.length + 1); step++) {
    const downhill = u.map((_, i) => (free.has(i) ? 0 : -slopeAt(u, i)));
    const steepest = downhill.reduce((best, value, i) => (value > (downhill[best] ?? 0) ? i : best), 0);
    if (!((downhill[steepest] ?? 0) > size)) break;
    free.add(steepest);
    u = towards(u, free, (indices) => minimumOver(p, c, indices));
  }
  return u.map((value) => least + value);
}

/** Goes from u to the minimum over the free variables, and where one would fall below 0 leaves it there and looks again. */
function towards(
  from: readonly number[],
  free: Set<number>,
  minimum: (indices: readonly number[]) => ArrayLike<number>,
): number[] {
  let u = [...from];
  while (free.size > 0) {
    const indices = [...free];
    const found = minimum(indices);
    const to = new Map(indices.map((index, k) => [index, found[k] ?? 0]));
    const below = indices.filter((i) => !((to.get(i) ?? 0) > 0));
    // As far as the first of them: u + α·(to − u).
    const alpha = Math.min(1, ...below.map((i) => (u[i] ?? 0) / ((u[i] ?? 0) - (to.get(i) ?? 0) || 1)));
    u = u.map((value, i) => (free.has(i) ? value + alpha * ((to.get(i) ?? 0) - value) : 0));
    if (below.length === 0) return u;
    const first = below.reduce((a, b) => ((u[b] ?? 0) < (u[a] ?? 0) ? b : a));
    for (const i of [first, ...below.filter((one) => (u[one] ?? 0) <= 0)]) {
      free.delete(i);
      u[i] = 0;
    }
  }
  return u;
}

/**
 * The u over these indices, others 0, where the slope over them is 0: P_II·u_I = −c_I. Zeros where rounding leaves P_II without a
 * factor, so that v stays at its least.
 */
function minimumOver(
  p: readonly (readonly number[])[],
  c: readonly number[],
  indices: readonly number[],
): ArrayLike<number> {
  const half = Float64Array.from(indices.flatMap((i, row) => indices.slice(0, row + 1).map((j) => p[i]?.[j] ?? 0)));
  if (!factorise(half, indices.length)) return new Float64Array(indices.length);
  return solved(
    half,
    Float64Array.from(indices, (i) => -(c[i] ?? 0)),
  );
}
