import { nearestRows } from './nearest-rows.js';

/**
 * How far classes lie in each other: the share, among the k nearest other rows of each row, of those of another class,
 *
 *     (1/(n·k)) Σᵢ Σ_{j ∈ Nₖ(i)} [label(j) ≠ label(i)]
 *
 * In [0, 1]: 0 where every neighbourhood is of one class; 1 − Σ_c p_c², the chance that two rows differ, where classes are
 * fully mixed. Our own definition (it is 1 − the mean agreement of k nearest neighbours); unlike the silhouette it looks
 * only nearby, so a class may be in many pieces. Takes n² distances: give it a sample of a few thousand rows.
 *
 * @param codes as many rows as labels, one after the other
 * @throws ReverieError `bad-usage` unless k is in 1 … n − 1
 */
export function classOverlap(codes: Float32Array, labels: Int32Array, k = 10): number {
  const nearest = nearestRows(codes, labels.length, k);
  let foreign = 0;
  nearest.forEach((other, i) => {
    if (labels[other] !== labels[Math.floor(i / k)]) foreign++;
  });
  return foreign / nearest.length;
}
