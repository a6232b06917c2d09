import { setImmediate } from 'node:timers/promises';
import { ReverieError } from '../../core/errors.js';
import type { NoiseScale } from '../../core/sampler.js';
import { squaredDistance } from '../../metrics/distances.js';

/** Where to look for λ. */
export interface NoiseScaleSearch {
  /** Smallest and largest λ that are looked at, 0 < min < max. */
  readonly min: number;
  readonly max: number;
  /** Codes of what is known, and as many dreams, that are compared at each λ. */
  readonly dreams: number;
}

/** Values of λ on the first grid, equally spaced in log λ. */
const gridSize = 9;

/** Steps of golden section search between the neighbours of the grid's best; each narrows them to 62 %. */
const goldenSteps = 5;

/**
 * The λ with the least divergence between real samples and dreams, as Solinas et al. 2020 propose below algorithm 1
 * without saying how. Here: a grid over log λ, for the divergence has several minima, and a golden section search about
 * its best. Nothing is drawn.
 *
 * @param divergence of dreams at λ; drawn with the same random numbers for each λ, it is a smooth function
 * @throws diverged where the divergence is at no λ a number
 */
export async function inferNoiseScale(
  { min, max }: NoiseScaleSearch,
  divergence: (lambda: number) => Promise<number>,
): Promise<NoiseScale> {
  const step = Math.log(max / min) / (gridSize - 1);
  let best: NoiseScale | undefined;
  const tryAt = async (logarithm: number): Promise<number> => {
    const lambda = Math.exp(logarithm);
    const value = await divergence(lambda);
    if (Number.isFinite(value) && (best === undefined || value < best.divergence)) best = { lambda, divergence: value };
    return Number.isFinite(value) ? value : Infinity;
  };
  for (let i = 0; i < gridSize; i++) await tryAt(Math.log(min) + i * step);
  if (best === undefined) {
    throw new ReverieError(
      'diverged',
      `no noise scale between ${min} and ${max} gives dreams that can be compared with what is known: all have values ` +
        'that are no numbers; look whether the memory has diverged, e.g. by too large a learning rate',
    );
  }
  const centre = Math.log(best.lambda);
  await goldenSection(Math.max(Math.log(min), centre - step), Math.min(Math.log(max), centre + step), tryAt);
  return best;
}

/** Golden section search (Kiefer 1953) for the least value in [low, high]; what was tried is the caller's to keep. */
async function goldenSection(low: number, high: number, value: (at: number) => Promise<number>): Promise<void> {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [from, to] = [low, high];
  let [left, right] = [to - ratio * (to - from), from + ratio * (to - from)];
  let [atLeft, atRight] = [await value(left), await value(right)];
  for (let step = 2; step < goldenSteps; step++) {
    if (atLeft < atRight) {
      [to, right, atRight] = [right, left, atLeft];
      left = to - ratio * (to - from);
      atLeft = await value(left);
    } else {
      [from, left, atLeft] = [left, right, atRight];
      right = from + ratio * (to - from);
      atRight = await value(right);
    }
  }
}

/** Rows of `width` values, one after the other. */
export interface Rows {
  readonly values: Float32Array;
  readonly width: number;
}

/**
 * The energy distance between two samples (Székely & Rizzo 2013, "Energy statistics", equation 6.1),
 *
 *     E(X, Y) = 2·E‖X − Y‖ − E‖X − X'‖ − E‖Y − Y'‖
 *
 * each mean over the pairs of different rows, so that it is unbiased: 0 on average for samples of the same law, where
 * it may be a little below, and larger for no other. It is MMD with the kernel −‖x − y‖ (Sejdinovic et al. 2013),
 * without a bandwidth.
 *
 * Lets the event loop have its turn in between: 2,000 rows of each have 8 million pairs.
 *
 * @param x at least two rows; @param y at least two rows of the same width
 */
export async function energyDistance(x: Rows, y: Rows): Promise<number> {
  return 2 * (await meanBetween(x, y)) - (await meanWithin(x)) - (await meanWithin(y));
}

/** Values that are compared before the event loop has its turn: some tens of milliseconds. */
const valuesAtOnce = 2e7;

async function meanBetween(x: Rows, y: Rows): Promise<number> {
  const [n, m] = [x.values.length / x.width, y.values.length / y.width];
  return (await sumOfDistances(x, y, () => m)) / (n * m);
}

async function meanWithin(x: Rows): Promise<number> {
  const n = x.values.length / x.width;
  return (2 * (await sumOfDistances(x, x, (row) => row))) / (n * (n - 1));
}

/** @param others how many rows of y, from the first on, each row of x is compared with */
async function sumOfDistances(x: Rows, y: Rows, others: (row: number) => number): Promise<number> {
  let [sum, compared] = [0, 0];
  for (let i = 0; i < x.values.length / x.width; i++) {
    for (let j = 0; j < others(i); j++) sum += Math.sqrt(squaredDistance(x.values, i, y.values, j, x.width));
    compared += others(i) * x.width;
    if (compared < valuesAtOnce) continue;
    compared = 0;
    await setImmediate();
  }
  return sum;
}
