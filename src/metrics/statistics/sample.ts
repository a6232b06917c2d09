import { ReverieError } from '../../core/errors.js';
import { twoSidedQuantile } from './student-t.js';

/** Arithmetic mean, or undefined of nothing: a metric that does not exist is absent, never NaN. */
export function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * The q-quantile, q in [0, 1], by linear interpolation between the two nearest ranks (type 7 of Hyndman & Fan 1996, what
 * NumPy takes); 0.5 is the median. Undefined of nothing.
 */
export function quantile(values: ArrayLike<number>, q: number): number | undefined {
  const sorted = Float64Array.from(values).sort();
  const at = q * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return below === undefined || above === undefined ? undefined : below + (at - Math.floor(at)) * (above - below);
}

/** A mean with how far to trust it. */
export interface MeanInterval {
  /** Number of values. */
  readonly count: number;
  readonly mean: number;
  /** Standard deviation of the sample; absent for one value. */
  readonly deviation?: number;
  /** Ends of the confidence interval of the mean; absent for one value, of which nothing can be said. */
  readonly interval?: readonly [low: number, high: number];
}

/**
 * Standard deviation of a sample: √(Σ(x − x̄)² / (n − 1)), the square root of the unbiased estimate of the variance.
 * Undefined of fewer than two values.
 */
export function sampleDeviation(values: readonly number[]): number | undefined {
  const centre = mean(values);
  if (centre === undefined || values.length < 2) return undefined;
  return Math.sqrt(values.reduce((sum, x) => sum + (x - centre) ** 2, 0) / (values.length - 1));
}

/**
 * Mean, standard deviation, and the confidence interval of the mean by Student's t, x̄ ± t·s/√n with n − 1 degrees of
 * freedom: exact where the values are independent and normal. Undefined of nothing.
 *
 * @param confidence in (0, 1)
 * @throws ReverieError `bad-usage` for another confidence
 */
export function meanInterval(values: readonly number[], confidence = 0.95): MeanInterval | undefined {
  if (!(confidence > 0 && confidence < 1)) {
    throw new ReverieError('bad-usage', `a confidence of ${confidence} cannot be had; expected one between 0 and 1`);
  }
  const [count, centre, deviation] = [values.length, mean(values), sampleDeviation(values)];
  if (centre === undefined) return undefined;
  if (deviation === undefined) return { count, mean: centre };
  const half = (twoSidedQuantile(confidence, count - 1) * deviation) / Math.sqrt(count);
  return { count, mean: centre, deviation, interval: [centre - half, centre + half] };
}
