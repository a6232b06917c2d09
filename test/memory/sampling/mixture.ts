import type { FrozenAutoencoder } from '../../../src/core/sampler.js';

/** A Gaussian with the same variance in both directions, and its share of the mixture. */
interface Bump {
  readonly share: number;
  readonly mean: readonly [number, number];
  readonly deviation: number;
}

/** Three bumps that overlap, of different sizes and shares: nothing about them is symmetric. */
const bumps: readonly Bump[] = [
  { share: 0.5, mean: [-1, -0.5], deviation: 0.8 },
  { share: 0.3, mean: [1.2, 0.2], deviation: 0.7 },
  { share: 0.2, mean: [0, 1.5], deviation: 0.6 },
];

/** The density of the mixture, smoothed by Gaussian noise of this variance. */
export function density(x: number, y: number, smoothing = 0): number {
  return bumps.reduce((sum, bump) => sum + contribution(bump, x, y, smoothing), 0);
}

/** ∇ log p of the mixture. */
function score(x: number, y: number): [number, number] {
  let [dx, dy, total] = [0, 0, 0];
  for (const bump of bumps) {
    const p = contribution(bump, x, y, 0);
    total += p;
    dx += (p * (bump.mean[0] - x)) / bump.deviation ** 2;
    dy += (p * (bump.mean[1] - y)) / bump.deviation ** 2;
  }
  return [dx / total, dy / total];
}

function contribution({ share, mean, deviation }: Bump, x: number, y: number, smoothing: number): number {
  const variance = deviation ** 2 + smoothing;
  return (share / (2 * Math.PI * variance)) * Math.exp(-((x - mean[0]) ** 2 + (y - mean[1]) ** 2) / (2 * variance));
}

/** A random point of the mixture, by draws that the caller makes: which bump, in [0, 1), and two N(0, 1). */
export function point(which: number, normals: readonly [number, number]): [number, number] {
  let threshold = which;
  const bump = bumps.find(({ share }) => (threshold -= share) < 0) ?? bumps[0];
  const { mean, deviation } = bump ?? { mean: [0, 0], deviation: 1 };
  return [mean[0] + deviation * normals[0], mean[1] + deviation * normals[1]];
}

/** The perfect lossy autoencoder of equation 5, to first order: r(x) = x + (λ/2)·∇log p(x). */
export function perfectAutoencoder(lambda: number): FrozenAutoencoder {
  const reconstruct = (rows: Float32Array, count: number): Promise<Float32Array> => {
    const out = new Float32Array(2 * count);
    for (let i = 0; i < count; i++) {
      const [x, y] = [rows[2 * i] ?? 0, rows[2 * i + 1] ?? 0];
      const [dx, dy] = score(x, y);
      out[2 * i] = x + (lambda / 2) * dx;
      out[2 * i + 1] = y + (lambda / 2) * dy;
    }
    return Promise.resolve(out);
  };
  return { width: 2, codeWidth: 1, encode: reconstruct, decode: reconstruct, reconstruct };
}

// Cells of 0.5 × 0.5 over [−5, 5)², beyond which there is less than 1e-5 of any law looked at here.
const [edge, side, cells] = [-5, 0.5, 20];

/** Share of each cell under a density that need not be normalised; 8 × 8 midpoints a cell. */
export function cellShares(p: (x: number, y: number) => number): Float64Array {
  const shares = new Float64Array(cells * cells);
  const fine = 8;
  for (let i = 0; i < cells * fine; i++) {
    for (let j = 0; j < cells * fine; j++) {
      const cell = Math.floor(i / fine) * cells + Math.floor(j / fine);
      shares[cell] = (shares[cell] ?? 0) + p(edge + ((i + 0.5) * side) / fine, edge + ((j + 0.5) * side) / fine);
    }
  }
  const total = shares.reduce((a, b) => a + b);
  return shares.map((share) => share / total);
}

/** Total variation ½ Σ |n_i / n − p_i| between the first `count` points and the shares of cells, in [0, 1]. */
export function totalVariation(rows: Float32Array, count: number, shares: Float64Array): number {
  const seen = new Float64Array(shares.length);
  let outside = 0;
  for (let i = 0; i < count; i++) {
    const [a, b] = [cellOf(rows[2 * i] ?? NaN), cellOf(rows[2 * i + 1] ?? NaN)];
    if (a === undefined || b === undefined) outside++;
    else seen[a * cells + b] = (seen[a * cells + b] ?? 0) + 1 / count;
  }
  return shares.reduce((sum, share, i) => sum + Math.abs((seen[i] ?? 0) - share), outside / count) / 2;
}

/** Undefined beyond the edge, and for what is no number. */
function cellOf(value: number): number | undefined {
  const cell = Math.floor((value - edge) / side);
  return cell >= 0 && cell < cells ? cell : undefined;
}

/** The total variation of `count` independent points of that law, on average: ½ Σ √(2·p(1 − p) / (π·n)), each n_i normal. */
export function samplingNoise(count: number, shares: Float64Array): number {
  return shares.reduce((sum, p) => sum + Math.sqrt((2 * p * (1 - p)) / (Math.PI * count)), 0) / 2;
}
