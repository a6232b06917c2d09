import type { RandomStream } from '../../core/random.js';
import { squaredDistance } from '../../metrics/distances.js';

const iterations = 20;

/** Rows of `dimension` values, one after the other. */
interface Matrix {
  readonly values: Float32Array;
  readonly rows: number;
  readonly dimension: number;
}

/**
 * Lloyd's k-means with k-means++ seeding (Arthur & Vassilvitskii 2007) on some rows of a matrix. At most 20 passes of
 * rows · k · dimension products.
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
  const data = gathered(points, rows, dimension);
  const centres = seeds(data, k, random);
  const assignment = new Int32Array(rows.length).fill(-1);
  for (let iteration = 0; iteration < iterations && assign(data, centres, assignment); iteration++) {
    moveToMeans(data, assignment, centres);
  }
  const clusters: number[][] = Array.from({ length: k }, () => []);
  rows.forEach((row, i) => clusters[assignment[i] ?? 0]?.push(row));
  return clusters.filter((cluster) => cluster.length > 0);
}

/** The rows side by side in memory: every pass below reads all of them. */
function gathered(points: Float32Array, rows: readonly number[], dimension: number): Matrix {
  const values = new Float32Array(rows.length * dimension);
  rows.forEach((row, i) => {
    values.set(points.subarray(row * dimension, (row + 1) * dimension), i * dimension);
  });
  return { values, rows: rows.length, dimension };
}

/** k rows, each drawn with probability proportional to its squared distance from the ones drawn before. */
function seeds(data: Matrix, k: number, random: RandomStream): Matrix {
  const { values, rows, dimension } = data;
  const centres: Matrix = { values: new Float32Array(k * dimension), rows: k, dimension };
  const copy = (row: number, centre: number): void => {
    centres.values.set(values.subarray(row * dimension, (row + 1) * dimension), centre * dimension);
  };
  copy(random.integer(rows), 0);
  const distances = new Float64Array(rows).fill(Infinity);
  for (let centre = 1; centre < k; centre++) {
    let total = 0;
    for (let row = 0; row < rows; row++) {
      const toLast = squaredDistance(values, row, centres.values, centre - 1, dimension);
      const distance = Math.min(distances[row] ?? Infinity, toLast);
      distances[row] = distance;
      total += distance;
    }
    let threshold = random.uniform() * total;
    let chosen = 0;
    while (chosen < rows - 1 && (threshold -= distances[chosen] ?? 0) >= 0) chosen++;
    copy(chosen, centre);
  }
  return centres;
}

/** Gives each row its nearest centre; gives whether any row changed its centre. */
function assign(data: Matrix, centres: Matrix, assignment: Int32Array): boolean {
  let changed = false;
  for (let row = 0; row < data.rows; row++) {
    let nearest = 0;
    let least = Infinity;
    for (let centre = 0; centre < centres.rows; centre++) {
      const distance = squaredDistance(data.values, row, centres.values, centre, data.dimension, least);
      if (distance < least) {
        least = distance;
        nearest = centre;
      }
    }
    if (assignment[row] !== nearest) changed = true;
    assignment[row] = nearest;
  }
  return changed;
}

/** A centre that lost all its points stays where it is. */
function moveToMeans({ values, rows, dimension }: Matrix, assignment: Int32Array, centres: Matrix): void {
  const sums = new Float64Array(centres.values.length);
  const counts = new Float64Array(centres.rows);
  for (let row = 0; row < rows; row++) {
    const centre = assignment[row] ?? 0;
    counts[centre] = (counts[centre] ?? 0) + 1;
    for (let i = 0; i < dimension; i++) {
      const at = centre * dimension + i;
      sums[at] = (sums[at] ?? 0) + (values[row * dimension + i] ?? 0);
    }
  }
  sums.forEach((sum, at) => {
    const count = counts[Math.floor(at / dimension)] ?? 0;
    if (count > 0) centres.values[at] = sum / count;
  });
}
