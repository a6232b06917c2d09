import { randomStream } from '../core/random.js';
import type { CodeSet } from '../representation/code-set.js';

/**
 * Rows of three classes, 2, 5 and 9, around the corners of a triangle with sides 4·√2 in three columns of different units
 * (1, 1,000 and 0.001), and a fourth column that is always 7: what a probe must standardise to see anything.
 */
export function gaussianMixture(count: number, seed: number): CodeSet {
  const random = randomStream(seed);
  const labels = Int32Array.from({ length: count }, (_, row) => [2, 5, 9][row % 3] ?? 2);
  const units = [1, 1000, 0.001];
  const codes = new Float32Array(count * 4);
  for (let row = 0; row < count; row++) {
    const place = row % 3;
    codes.set(
      units.map((unit, column) => unit * ((column === place ? 4 : 0) + random.normal())),
      row * 4,
    );
    codes[row * 4 + 3] = 7;
  }
  return { codes, labels, width: 4 };
}

/**
 * How often the best possible classifier is right on {@link gaussianMixture}: the chance that of x ~ N(4, 1), y, z ~
 * N(0, 1), x is the largest, ∫ φ(t − 4)·Φ(t)² dt = 0.9955 (by Simpson's rule).
 */
export const bestAccuracy = 0.9955;
