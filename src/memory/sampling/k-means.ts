import type { RandomStream } from '../../core/random.js';

const iterations = 20;

/**
 * Lloyd's k-means with k-means++ seeding (Arthur & Vassilvitskii 2007) on some rows of a matrix.
 *
 * @param points rows of `dimension` values; @param rows the ones to cluster; @param k at least 1
 * @returns the rows of each cluster; at most k clusters, none of them empty
 */
export function kMeans(
  points: Float32Array,
  rows: readonly number[],
  dimension: number,
  k: number,
  random: RandomStream,
): number[][] {
  if (k <= 1 || rows.length <= k) return k <= 1 ? [[...rows]] : rows.map((row) => [row]);
  const centres = seeds(points, rows, dimension, k, random);
  let assignment = new Int32Array(rows.length);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const next = Int32Array.from(rows, (row) => nearest(points, row, centres, dimension).centre);
    if (iteration > 0 && next.every((centre, i) => centre === assignment[i])) break;
    assignment = next;
    moveToMeans(points, rows, assignment, centres, dimension);
  }
  const clusters: number[][] = centres.map(() => []);
  rows.forEach((row, i) => clusters[assignment[i] ?? 0]?.push(row));
  return clusters.filter((cluster) => cluster.length > 0);
}

/** k rows, each drawn with probability proportional to its squared distance from the ones drawn before. */
function seeds(
  points: Float32Array,
  rows: readonly number[],
  dimension: number,
  k: number,
  random: RandomStream,
): Float32Array[] {
  const centreAt = (row: number): Float32Array => points.slice(row * dimension, (row + 1) * dimension);
  const centres = [centreAt(rows[random.integer(rows.length)] ?? 0)];
  const distances = Float64Array.from(rows, () => Infinity);
  while (centres.length < k) {
    const newest = centres.slice(-1);
    let total = 0;
    rows.forEach((row, i) => {
      const distance = Math.min(distances[i] ?? Infinity, nearest(points, row, newest, dimension).distance);
      distances[i] = distance;
      total += distance;
    });
    let threshold = random.uniform() * total;
    let chosen = rows.length - 1;
    for (let i = 0; i < rows.length; i++) {
      threshold -= distances[i] ?? 0;
      if (threshold < 0) {
        chosen = i;
        break;
      }
    }
    centres.push(centreAt(rows[chosen] ?? 0));
  }
  return centres;
}

function nearest(
  points: Float32Array,
  row: number,
  centres: readonly Float32Array[],
  dimension: number,
): { centre: number; distance: number } {
  let centre = 0;
  let distance = Infinity;
  const offset = row * dimension;
  centres.forEach((candidate, c) => {
    let d = 0;
    for (let i = 0; i < dimension && d < distance; i++) {
      const difference = (points[offset + i] ?? 0) - (candidate[i] ?? 0);
      d += difference * difference;
    }
    if (d < distance) {
      distance = d;
      centre = c;
    }
  });
  return { centre, distance };
}

/** A centre that lost all its points stays where it is. */
function moveToMeans(
  points: Float32Array,
  rows: readonly number[],
  assignment: Int32Array,
  centres: readonly Float32Array[],
  dimension: number,
): void {
  const sums = centres.map(() => new Float64Array(dimension));
  const counts = centres.map(() => 0);
  rows.forEach((row, i) => {
    const c = assignment[i] ?? 0;
    const total = sums[c];
    if (total === undefined) return;
    counts[c] = (counts[c] ?? 0) + 1;
    for (let j = 0; j < dimension; j++) total[j] = (total[j] ?? 0) + (points[row * dimension + j] ?? 0);
  });
  centres.forEach((centre, c) => {
    const count = counts[c] ?? 0;
    if (count > 0) for (let j = 0; j < dimension; j++) centre[j] = (sums[c]?.[j] ?? 0) / count;
  });
}
