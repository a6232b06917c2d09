import { ReverieError } from '../../core/errors.js';
import { meanSquaredError } from '../dream-distances.js';

/**
 * MAE = (1/n) Σ |aᵢ − bᵢ|, ≥ 0, in the unit of the values.
 *
 * @throws ReverieError `bad-shape` where the arrays are empty or of different lengths
 */
export function meanAbsoluteError(a: Float32Array, b: Float32Array): number {
  checkPair('meanAbsoluteError', a, b);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs((a[i] ?? 0) - (b[i] ?? 0));
  return sum / a.length;
}

/**
 * RMSE = √((1/n) Σ (aᵢ − bᵢ)²), ≥ 0, in the unit of the values.
 *
 * @throws ReverieError `bad-shape` as {@link meanAbsoluteError}
 */
export function rootMeanSquaredError(a: Float32Array, b: Float32Array): number {
  checkPair('rootMeanSquaredError', a, b);
  return Math.sqrt(meanSquaredError(a, b));
}

/**
 * PSNR = 10·log₁₀(range² / MSE), in decibels, higher is better; Infinity where there is no error. The MSE is over all
 * values that are given (as scikit-image's `peak_signal_noise_ratio`): of a set of images this is not the mean of the
 * PSNR of each.
 *
 * @param range largest difference that two values can have; 1 for values in [0, 1]
 * @throws ReverieError `bad-shape` as {@link meanAbsoluteError}, `bad-usage` unless the range is a positive number
 */
export function peakSignalToNoise(a: Float32Array, b: Float32Array, range = 1): number {
  checkPair('peakSignalToNoise', a, b);
  checkRange('peakSignalToNoise', range);
  return 10 * Math.log10(range ** 2 / meanSquaredError(a, b));
}

/** @throws ReverieError `bad-shape` where there is nothing to compare, or two arrays of different lengths */
export function checkPair(measure: string, a: Float32Array, b: Float32Array): void {
  if (a.length === 0 || a.length !== b.length) {
    throw new ReverieError(
      'bad-shape',
      `${measure}: got ${a.length} and ${b.length} values; give it as many reconstructed values as original ones, at least one`,
    );
  }
}

/** @throws ReverieError `bad-usage` unless the range of the values is a positive number */
export function checkRange(measure: string, range: number): void {
  if (!(range > 0 && Number.isFinite(range))) {
    throw new ReverieError('bad-usage', `${measure}: the range of the values is ${range}; give it a positive number`);
  }
}
