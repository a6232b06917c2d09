import { ReverieError } from '../../core/errors.js';
import { squaredDistance, nearestRows } from '../distances.js';

/** Distances of a row to all rows, its own included, in two spaces. */
type DistancesOf = (row: number, inX: Float64Array, inY: Float64Array) => void;

/**
 * I(X; Y) in nats of paired rows, by the first estimator of Kraskov, Stögbauer & Grassberger 2004 ("Estimating mutual
 * information", equation 8), which needs no bins and no bandwidth:
 *
 *     Î = ψ(k) + ψ(N) − ⟨ψ(n_x + 1) + ψ(n_y + 1)⟩
 *
 * ψ being the digamma function, ε the distance of a pair to its k-th nearest other pair, the larger of its distances in X
 * and in Y, and n_x, n_y how many other rows are nearer than ε in X and in Y alone. About 0 (it may be a little below) for
 * independent rows. It cannot exceed ψ(N) − ψ(k), and in many dimensions it falls short of the truth by far: compare
 * only estimates of the same N, k and widths.
 *
 * Where ε is 0, which has no place in the paper's theory of densities, its k is the number of pairs at distance 0 and n
 * counts rows at distance 0 (Gao, Kannan, Oh & Viswanath 2017, "Estimating mutual information for discrete-continuous
 * mixtures", section 3), so that constant rows say nothing.
 */
function kraskov(count: number, k: number, distancesOf: DistancesOf): number {
  if (!(Number.isInteger(k) && k >= 1 && k < count)) {
    throw new ReverieError(
      'bad-usage',
      `mutual information of ${count} pairs by their ${k} nearest: k must be an integer from 1 to ${count - 1}; take a smaller k or more pairs`,
    );
  }
  const psi = digammas(count);
  const psiOf = (n: number): number => psi[n] ?? 0;
  const [dx, dy] = [new Float64Array(count), new Float64Array(count)];
  const nearest = new Float64Array(k);
  let sum = 0;
  for (let row = 0; row < count; row++) {
    distancesOf(row, dx, dy);
    const epsilon = smallest(dx, dy, row, nearest);
    const within = (distance = 0): boolean => (epsilon === 0 ? distance === 0 : distance < epsilon);
    let [nx, ny, both] = [0, 0, 0];
    for (let other = 0; other < count; other++) {
      if (other === row) continue;
      const [nearX, nearY] = [within(dx[other]), within(dy[other])];
      if (nearX) nx++;
      if (nearY) ny++;
      if (nearX && nearY) both++;
    }
    sum += psiOf(epsilon === 0 ? both : k) - psiOf(nx + 1) - psiOf(ny + 1);
  }
  return psiOf(count) + sum / count;
}

/**
 * I(X; Y) of paired rows by {@link kraskov}, distances in X and in Y by the maximum norm: give both sides a comparable
 * spread. Takes N² distances: give it a sample of a few thousand rows.
 *
 * @param x `count` rows; @param y `count` rows, of the same or another width
 * @param k small k has little bias, large k little variance
 * @throws ReverieError `bad-usage` unless k is in 1 … count − 1
 */
export function mutualInformation(x: Float32Array, y: Float32Array, count: number, k = 3): number {
  return kraskov(count, k, (row, dx, dy) => {
    maximumDistances(x, row, dx);
    maximumDistances(y, row, dy);
  });
}

/**
 * What a code says about the code next to it, in nats: {@link mutualInformation} of (zᵢ, z_nn(i)), nn(i) being the
 * nearest other row of i by Euclidean distance; the choice is ours, arXiv 2309.01532 speaks of information "between
 * neighbouring latent codes" without an estimator. The true value grows like log N whatever the distribution; what is
 * measured at a given N falls with the codes' intrinsic dimension and rises where they cluster, so compare codes of the
 * same number and width only.
 *
 * @param codes `count` rows, one after the other
 * @throws ReverieError `bad-usage` unless k is in 1 … count − 1
 */
export function neighbourhoodInformation(codes: Float32Array, count: number, k = 3): number {
  const width = codes.length / count;
  const neighbours = new Float32Array(codes.length);
  nearestRows(codes, count, 1).forEach((other, row) => {
    neighbours.set(codes.subarray(other * width, (other + 1) * width), row * width);
  });
  return mutualInformation(codes, neighbours, count, k);
}

/** What codes say about their samples, in nats. */
export interface SampleInformation {
  /** I(z; x) over all rows. */
  readonly overall: number;
  /** Mean over codes of I(z; x) among the code and its nearest codes; absent where there are not so many. */
  readonly local?: number;
}

/**
 * I(z; x) of codes and the samples that they are of, by {@link kraskov}: over all rows, and in neighbourhoods of codes,
 * the mean over rows of the estimate among the row and its m nearest rows by code (arXiv 2309.01532, section 7, without
 * an estimator; the choice is ours). Distances are Euclidean on each side, because by the maximum norm nearly all pairs
 * of images are equally far apart, and divided by their root mean square, so that no unit counts.
 *
 * An encoder is a function, so the true I(z; x) of continuous samples is infinite: what is estimated is how far
 * neighbourhoods of codes are neighbourhoods of samples, up to ψ(N) − ψ(k), which for 1,000 rows is 6.0 and among 51
 * rows 3.0. Takes N² distances: give it a sample of a few thousand rows.
 *
 * @param codes `count` rows; @param samples `count` rows
 * @param neighbours m; smaller is more local, and noisier
 * @throws ReverieError `bad-usage` unless k is in 1 … count − 1, and in 1 … m
 */
export function sampleInformation(
  codes: Float32Array,
  samples: Float32Array,
  count: number,
  { neighbours = 50, k = 3 }: { readonly neighbours?: number; readonly k?: number } = {},
): SampleInformation {
  const [dz, dx] = [pairDistances(codes, count), pairDistances(samples, count)];
  const among = (rows: Iterable<number>): number => {
    const members = [...rows];
    const [unitZ, unitX] = [rootMeanSquare(dz, count, members), rootMeanSquare(dx, count, members)];
    return kraskov(members.length, k, (row, inZ, inX) => {
      const from = (members[row] ?? 0) * count;
      for (const [i, other] of members.entries()) {
        inZ[i] = (dz[from + other] ?? 0) / unitZ;
        inX[i] = (dx[from + other] ?? 0) / unitX;
      }
    });
  };
  const overall = among(Array(count).keys());
  if (neighbours >= count) return { overall };
  const nearest = nearestRows(codes, count, neighbours);
  let sum = 0;
  for (let row = 0; row < count; row++) {
    sum += among([row, ...nearest.subarray(row * neighbours, (row + 1) * neighbours)]);
  }
  return { overall, local: sum / count };
}

/**
 * I(z; y) in nats of codes and their classes, by the estimator for discrete and continuous values of Ross 2014 ("Mutual
 * information between discrete and continuous data sets"):
 *
 *     Î = ψ(N) + ψ(k) − ⟨ψ(N_y) + ψ(m)⟩
 *
 * N_y being the rows of the row's class, k the nearest of which are at a distance of at most d, and m the number of all other
 * rows as near as that. About 0 where codes say nothing about classes, and up to the entropy of the classes, log C for C of the
 * same size, where every neighbourhood is of one class. A class of fewer than k + 1 rows has all its others for k; a row
 * that is alone in its class is left out (as in scikit-learn's `mutual_info_classif`, which is for single values). Distances
 * are Euclidean. Undefined where every row is alone in its class. Takes N² distances.
 *
 * @param codes as many rows as labels, one after the other
 */
export function classInformation(codes: Float32Array, labels: Int32Array, k = 3): number | undefined {
  const width = codes.length / labels.length;
  const sizes = new Map<number, number>();
  for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  const sizeOf = (row: number): number => sizes.get(labels[row] ?? 0) ?? 0;
  const rows = Array.from(labels.keys()).filter((row) => sizeOf(row) > 1);
  const psi = digammas(rows.length);
  const psiOf = (n: number): number => psi[n] ?? 0;
  let sum = 0;
  for (const row of rows) {
    const distances = Float64Array.from(rows, (other) => squaredDistance(codes, row, codes, other, width));
    const own = distances.filter((_, i) => rows[i] !== row && labels[rows[i] ?? 0] === labels[row]).sort();
    const kept = Math.min(k, own.length);
    const farthest = own[kept - 1] ?? 0;
    // Its own distance is among them.
    const near = distances.filter((distance) => distance <= farthest).length - 1;
    sum += psiOf(kept) - psiOf(sizeOf(row)) - psiOf(near);
  }
  return rows.length === 0 ? undefined : psiOf(rows.length) + sum / rows.length;
}

/** Euclidean distances of all pairs of rows: `count` rows of `count`. */
function pairDistances(rows: Float32Array, count: number): Float32Array {
  const width = rows.length / count;
  const distances = new Float32Array(count * count);
  for (let i = 1; i < count; i++) {
    for (let j = 0; j < i; j++) {
      const distance = Math.sqrt(squaredDistance(rows, i, rows, j, width));
      distances[i * count + j] = distance;
      distances[j * count + i] = distance;
    }
  }
  return distances;
}

/** Root mean square of the distances among these rows; 1 where they are all the same. */
function rootMeanSquare(distances: Float32Array, count: number, rows: readonly number[]): number {
  let sum = 0;
  for (const row of rows) {
    for (const other of rows) sum += (distances[row * count + other] ?? 0) ** 2;
  }
  return sum === 0 ? 1 : Math.sqrt(sum) / rows.length;
}

/** ψ(0) … ψ(n), the first of which is not used: ψ(1) = −γ, ψ(m + 1) = ψ(m) + 1/m. */
function digammas(n: number): Float64Array {
  const psi = new Float64Array(n + 1);
  psi[1] = -0.5772156649015329;
  for (let m = 1; m < n; m++) psi[m + 1] = (psi[m] ?? 0) + 1 / m;
  return psi;
}

/** Distances of one row to all, by the maximum norm, into `out`. */
function maximumDistances(rows: Float32Array, row: number, out: Float64Array): void {
  const width = rows.length / out.length;
  const from = row * width;
  for (let other = 0, at = 0; other < out.length; other++) {
    let largest = 0;
    for (let i = 0; i < width; i++, at++) {
      const distance = Math.abs((rows[from + i] ?? 0) - (rows[at] ?? 0));
      if (distance > largest) largest = distance;
    }
    out[other] = largest;
  }
}

/** The k-th smallest of the distances between pairs, the row's own left out. `nearest` has k places. */
function smallest(dx: Float64Array, dy: Float64Array, row: number, nearest: Float64Array): number {
  const last = nearest.length - 1;
  nearest.fill(Infinity);
  for (let other = 0; other < dx.length; other++) {
    const distance = Math.max(dx[other] ?? 0, dy[other] ?? 0);
    if (other === row || distance >= (nearest[last] ?? 0)) continue;
    let at = last;
    for (; at > 0 && (nearest[at - 1] ?? 0) > distance; at--) nearest[at] = nearest[at - 1] ?? 0;
    nearest[at] = distance;
  }
  return nearest[last] ?? 0;
}
