import { rowRange, type Samples } from '../core/dataset.js';
import { mean } from './statistics/sample.js';
import { ReverieError } from '../core/errors.js';

/**
 * (2 / (n(n−1))) Σ_{i<j} ‖xᵢ − xⱼ‖, the mean Euclidean distance between two of `count` rows: how diverse they are.
 * Undefined for fewer than two rows. Takes n²/2 distances.
 */
export function meanPairwiseDistance(rows: Float32Array, count: number): number | undefined {
  if (count < 2) return undefined;
  const width = rows.length / count;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) sum += Math.sqrt(squaredDistance(rows, i, rows, j, width));
  }
  return sum / ((count * (count - 1)) / 2);
}

/**
 * The mean over classes of {@link meanPairwiseDistance} among the rows of one class: falls where a class is dreamt as one
 * and the same sample, which distances between classes would hide. Undefined where no class has two rows.
 *
 * @param labels class of each row
 */
export function meanDistanceWithinClasses(rows: Float32Array, labels: Int32Array): number | undefined {
  const width = rows.length / labels.length;
  const within = [...new Set(labels)].flatMap((label) => {
    const own = Array.from(labels.keys()).filter((row) => labels[row] === label);
    const values = new Float32Array(own.length * width);
    own.forEach((row, i) => {
      values.set(rows.subarray(row * width, (row + 1) * width), i * width);
    });
    return meanPairwiseDistance(values, own.length) ?? [];
  });
  return mean(within);
}

/** Samples that are compared with at once: bounds the memory that it takes, whatever the data set. */
const chunk = 500;

/**
 * Euclidean distance of each of `count` rows to the nearest of the samples. Exact: every sample is compared with, though
 * not in full where it is known to be farther than another. Infinity where there are no samples.
 */
export function nearestDistances(rows: Float32Array, count: number, samples: Samples): Float64Array {
  const { width } = samples;
  // Where the rows differ most, most samples show at once that they are too far away: three times as quick on MNIST.
  const order = columnsBySpread(rows, count, width);
  const wanted = reordered(rows, count, order);
  const least = new Float64Array(count).fill(Infinity);
  const held = new Float32Array(Math.min(chunk, samples.size) * width);
  for (let from = 0; from < samples.size; from += chunk) {
    const taken = Math.min(chunk, samples.size - from);
    samples.copyRows(rowRange(from, from + taken), held);
    const others = reordered(held, taken, order);
    for (let row = 0; row < count; row++) {
      let best = least[row] ?? Infinity;
      for (let i = 0; i < taken; i++) best = Math.min(best, squaredDistance(wanted, row, others, i, width, best));
      least[row] = best;
    }
  }
  return least.map(Math.sqrt);
}

/** The columns, that of the largest variance first. */
function columnsBySpread(rows: Float32Array, count: number, width: number): Uint32Array {
  const variance = Array.from({ length: width }, (_, column) => {
    let [sum, squares] = [0, 0];
    for (let row = 0; row < count; row++) {
      const value = rows[row * width + column] ?? 0;
      sum += value;
      squares += value * value;
    }
    return squares - (sum * sum) / count;
  });
  return Uint32Array.from(variance.keys()).sort((a, b) => (variance[b] ?? 0) - (variance[a] ?? 0));
}

/** The first `count` rows with their columns in this order. */
function reordered(rows: Float32Array, count: number, order: Uint32Array): Float32Array {
  const width = order.length;
  const out = new Float32Array(count * width);
  for (let row = 0; row < count; row++) {
    for (let k = 0; k < width; k++) out[row * width + k] = rows[row * width + (order[k] ?? 0)] ?? 0;
  }
  return out;
}

/** (1/(n·width)) Σ (aᵢ − bᵢ)²: mean squared error per value of two arrays of the same length. */
export function meanSquaredError(a: Float32Array, b: Float32Array): number {
  return squaredDistance(a, 0, b, 0, a.length) / a.length;
}

/** Values after which it is looked whether a distance can still be the least. */
const stretch = 32;

/** ‖aᵢ − bⱼ‖² of two rows; anything not below `limit` where it is not below that. */
export function squaredDistance(
  a: Float32Array,
  i: number,
  b: Float32Array,
  j: number,
  width: number,
  limit = Infinity,
): number {
  const [fromA, fromB] = [i * width, j * width];
  let sum = 0;
  for (let start = 0; start < width && sum < limit; start += stretch) {
    const end = Math.min(start + stretch, width);
    for (let k = start; k < end; k++) {
      const difference = (a[fromA + k] ?? 0) - (b[fromB + k] ?? 0);
      sum += difference * difference;
    }
  }
  return sum;
}

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
