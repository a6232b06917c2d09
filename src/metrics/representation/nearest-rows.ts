import { ReverieError } from '../../core/errors.js';
import { squaredDistance } from '../dream-distances.js';

/**
 * The k nearest other rows of each row, by Euclidean distance, nearest first; the lower row where two are equally near.
 * Takes n² distances.
 *
 * @param rows `count` rows, one after the other
 * @returns `count` rows of k row numbers
 * @throws ReverieError `bad-usage` unless k is in 1 … count − 1
 */
export function nearestRows(rows: Float32Array, count: number, k: number): Int32Array {
  if (!(Number.isInteger(k) && k >= 1 && k < count)) {
    throw new ReverieError(
      'bad-usage',
      `of ${count} rows none has ${k} nearest others: k must be an integer from 1 to ${count - 1}; take a smaller k or more rows`,
    );
  }
  const width = rows.length / count;
  const nearest = new Int32Array(count * k);
  const distances = new Float64Array(k);
  for (let row = 0; row < count; row++) {
    distances.fill(Infinity);
    const own = nearest.subarray(row * k, (row + 1) * k);
    for (let other = 0; other < count; other++) {
      if (other === row) continue;
      const farthest = distances[k - 1] ?? 0;
      const distance = squaredDistance(rows, row, rows, other, width, farthest);
      if (distance < farthest) insert(distances, own, distance, other);
    }
  }
  return nearest;
}

/** Puts a row among the nearest, in order; the last one falls out. */
function insert(distances: Float64Array, rows: Int32Array, distance: number, row: number): void {
  let at = distances.length - 1;
  for (; at > 0 && (distances[at - 1] ?? 0) > distance; at--) {
    distances[at] = distances[at - 1] ?? 0;
    rows[at] = rows[at - 1] ?? 0;
  }
  distances[at] = distance;
  rows[at] = row;
}
