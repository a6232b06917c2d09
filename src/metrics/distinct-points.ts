import { squaredDistance } from './dream-distances.js';

/**
 * How many different points `count` rows are, where rows whose Euclidean distance is at most `radius`, directly or by way
 * of others, count as one: the connected components of that graph (single-linkage clusters cut at `radius`), for each row
 * the number of its component, from 0 in the order of their first rows. The order of the rows changes nothing else.
 */
export function distinctPoints(rows: Float32Array, count: number, radius: number): Int32Array {
  const width = rows.length / count;
  const limit = radius * radius;
  const component = new Int32Array(count).fill(-1);
  let found = 0;
  for (let first = 0; first < count; first++) {
    if (component[first] !== -1) continue;
    component[first] = found;
    const open = [first];
    for (let row = open.pop(); row !== undefined; row = open.pop()) {
      for (let other = first + 1; other < count; other++) {
        if (component[other] !== -1 || squaredDistance(rows, row, rows, other, width) > limit) continue;
        component[other] = found;
        open.push(other);
      }
    }
    found++;
  }
  return component;
}
