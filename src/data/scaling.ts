import { ReverieError } from '../core/errors.js';

/** How features become values in [0, 1]. */
export const scalings = ['min-max', 'min-max-all', 'none'] as const;
export type Scaling = (typeof scalings)[number];

/**
 * Min–max scaling in place, fitted on the training rows alone: x' = (x − min) / (max − min), with the minimum and maximum
 * of each column (`min-max`) or of all values (`min-max-all`). A column that is constant in training becomes 0. Test
 * values that then lie outside [0, 1] are clipped: whatever learns expects values in [0, 1], and a test row must not
 * change how training rows are scaled.
 *
 * @param train rows of `width` values, row-major; `test` likewise
 * @returns minimum and extent of each column, or of all values: 0 and 1 for `none`; and the share of test values, in
 *   [0, 1], that were clipped
 * @throws ReverieError `bad-data` for `none` where a value lies outside [0, 1]
 */
export function scale(
  train: Float32Array,
  test: Float32Array,
  width: number,
  scaling: Scaling,
  names: { readonly train: string; readonly test: string },
): Fitted {
  if (scaling === 'none') {
    checkRange(train, width, names.train);
    checkRange(test, width, names.test);
    return { offset: [0], range: [1], clipped: 0 };
  }
  const columns = scaling === 'min-max' ? width : 1;
  const { low, high } = extremes(train, columns);
  apply(train, low, high);
  const clipped = apply(test, low, high);
  const range = Array.from(high, (most, column) => most - (low[column] ?? 0));
  return { offset: [...low], range, clipped: clipped / test.length };
}

/** What {@link scale} has found in the training rows. */
interface Fitted {
  readonly offset: readonly number[];
  readonly range: readonly number[];
  readonly clipped: number;
}

function extremes(train: Float32Array, columns: number): { readonly low: Float32Array; readonly high: Float32Array } {
  const low = new Float32Array(columns).fill(Infinity);
  const high = new Float32Array(columns).fill(-Infinity);
  for (let i = 0; i < train.length; i++) {
    const value = train[i] ?? 0;
    const column = i % columns;
    if (value < (low[column] ?? 0)) low[column] = value;
    if (value > (high[column] ?? 0)) high[column] = value;
  }
  return { low, high };
}

/** Scales and clips; how many values were clipped. */
function apply(values: Float32Array, low: Float32Array, high: Float32Array): number {
  let clipped = 0;
  for (let i = 0; i < values.length; i++) {
    const column = i % low.length;
    const least = low[column] ?? 0;
    const range = (high[column] ?? 0) - least;
    const value = (values[i] ?? 0) - least;
    // In double precision, so that the largest value becomes 1 and not its neighbour.
    const scaled = range === 0 ? 0 : value / range;
    if (scaled < 0 || scaled > 1 || (range === 0 && value !== 0)) clipped++;
    values[i] = Math.min(1, Math.max(0, scaled));
  }
  return clipped;
}

function checkRange(values: Float32Array, width: number, name: string): void {
  const at = values.findIndex((value) => value < 0 || value > 1);
  if (at < 0) return;
  throw new ReverieError(
    'bad-data',
    `${name} has ${values[at] ?? 0} in row ${Math.floor(at / width)}, column ${at % width} (both from 0); expected values ` +
      'in [0, 1]; let them be scaled with scaling: min-max',
  );
}
