import { ReverieError } from '../../core/errors.js';
import { nearestRows } from './nearest-rows.js';

/**
 * I(X; Y) in nats of paired rows, by the first estimator of Kraskov, Stögbauer & Grassberger 2004 ("Estimating mutual
 * information", equation 8), which needs no bins and no bandwidth:
 *
 *     Î = ψ(k) + ψ(N) − ⟨ψ(n_x + 1) + ψ(n_y + 1)⟩
 *
 * ψ being the digamma function, ε the distance of a pair to its k-th nearest other pair, and n_x, n_y how many other rows
 * are nearer than ε in X and in Y alone; all distances are by the maximum norm, so give both sides a comparable spread. About
 * 0 (it may be a little below) for independent rows. It cannot tell more than ψ(N) − ψ(k), and in many dimensions it
 * falls short of the truth by far: compare only estimates of the same N, k and widths.
 *
 * Where ε is 0, which has no place in the paper's theory of densities, its k is the number of pairs at distance 0 and n
 * counts rows at distance 0 (Gao, Kannan, Oh & Viswanath 2017, "Estimating mutual information for discrete-continuous
 * mixtures", section 3), so that constant rows tell nothing. Takes N² distances: give it a sample of a few thousand rows.
 *
 * @param x `count` rows; @param y `count` rows, of the same or another width
 * @param k small k has little bias, large k little variance
 * @throws ReverieError `bad-usage` unless k is in 1 … count − 1
 */
export function mutualInformation(x: Float32Array, y: Float32Array, count: number, k = 3): number {
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
    maximumDistances(x, row, dx);
    maximumDistances(y, row, dy);
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
 * What a code tells of the code next to it, in nats: {@link mutualInformation} of (zᵢ, z_nn(i)), nn(i) being the nearest
 * other row of i by Euclidean distance. The study of TRST (arXiv 2309.01532) speaks of the information "between
 * neighbouring latent codes" without an estimator; this choice is ours.
 *
 * Mind what it can show. As N grows, nearest neighbours meet and the true value grows like log N whatever the codes'
 * distribution; what is measured at a given N is how small a neighbourhood is beside the whole, which falls with the
 * codes' intrinsic dimension and rises where they cluster. So compare codes of the same number and width only. The pairs
 * share rows, so they are no independent draws.
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
