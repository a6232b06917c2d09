import { ReverieError } from '../core/errors.js';
import { meanSquaredError } from './distances.js';

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
function checkPair(measure: string, a: Float32Array, b: Float32Array): void {
  if (a.length === 0 || a.length !== b.length) {
    throw new ReverieError(
      'bad-shape',
      `${measure}: got ${a.length} and ${b.length} values; give it as many reconstructed values as original ones, at least one`,
    );
  }
}

/** @throws ReverieError `bad-usage` unless the range of the values is a positive number */
function checkRange(measure: string, range: number): void {
  if (!(range > 0 && Number.isFinite(range))) {
    throw new ReverieError('bad-usage', `${measure}: the range of the values is ${range}; give it a positive number`);
  }
}

/**
 * Values of a sample / values of its code, above 1 where the code is narrower (study guide of autoencoders, "Evaluation
 * metrics", 4: original dimension / latent dimension). Counts values, not bytes, and not the bytes of the decoder.
 *
 * @param width values of a sample; @param codeWidth values of its code
 * @throws ReverieError `bad-usage` unless both are positive integers
 */
export function compressionRatio(width: number, codeWidth: number): number {
  if (![width, codeWidth].every((values) => Number.isInteger(values) && values > 0)) {
    throw new ReverieError(
      'bad-usage',
      `compressionRatio: samples of ${width} and codes of ${codeWidth} values; both must be positive integers`,
    );
  }
  return width / codeWidth;
}

export interface ImageSize {
  readonly height: number;
  readonly width: number;
  /** Values per pixel, one after the other; 1 if not given. */
  readonly channels?: number;
}

/** Half the side of the window: 11 × 11, the Gaussian being cut where scikit-image cuts it, at 3.5 σ. */
const radius = 5;
/** Images of fewer rows or columns have no structural similarity: the side of its window. */
export const ssimWindow = 2 * radius + 1;
const sigma = 1.5;
const [k1, k2] = [0.01, 0.03];

/**
 * SSIM, the structural similarity index (Wang, Bovik, Sheikh & Simoncelli 2004, equation 13, with its K₁ = 0.01,
 * K₂ = 0.03 and Gaussian window of 11 × 11, σ = 1.5): the mean over all windows that fit into an image, and over images, of
 *
 *     (2·μₓ·μᵧ + c₁)(2·σₓᵧ + c₂) / ((μₓ² + μᵧ² + c₁)(σₓ² + σᵧ² + c₂)),  cᵢ = (kᵢ·range)²
 *
 * In [−1, 1], 1 for equal images. Variances have divisor 1 under the window's weights, which sum to 1: scikit-image's
 * `structural_similarity(gaussian_weights=True, sigma=1.5, use_sample_covariance=False)`. Of images with channels it is the
 * mean over the channels, each taken as an image (scikit-image's `channel_axis`).
 *
 * @param a images one after the other, row by row; @param b as many, in the same order
 * @param range largest difference that two values can have; 1 for values in [0, 1]
 * @throws ReverieError `bad-shape` where an image is smaller than the window or the arrays do not hold whole images
 */
export function structuralSimilarity(a: Float32Array, b: Float32Array, size: ImageSize, range = 1): number {
  checkPair('structuralSimilarity', a, b);
  checkRange('structuralSimilarity', range);
  const { height, width, channels = 1 } = size;
  if (![height, width].every((extent) => Number.isInteger(extent) && extent >= ssimWindow)) {
    throw new ReverieError(
      'bad-shape',
      `structuralSimilarity: images are ${height} × ${width}, and must be at least ${ssimWindow} × ${ssimWindow}, the size of its window`,
    );
  }
  const values = height * width * channels;
  if (!(Number.isInteger(channels) && channels >= 1) || a.length % values !== 0) {
    throw new ReverieError(
      'bad-shape',
      `structuralSimilarity: ${a.length} values are no whole number of ${height} × ${width} images with ${channels} channel(s)`,
    );
  }
  const planes = (a.length / values) * channels;
  let sum = 0;
  for (let plane = 0; plane < planes; plane++) {
    const first = Math.floor(plane / channels) * values + (plane % channels);
    const planeOf = (images: Float32Array): Float64Array =>
      Float64Array.from({ length: height * width }, (_, pixel) => images[first + pixel * channels] ?? 0);
    sum += ofPlane(planeOf(a), planeOf(b), size, range);
  }
  return sum / planes;
}

/** Of one channel of one image. */
function ofPlane(x: Float64Array, y: Float64Array, size: ImageSize, range: number): number {
  const [c1, c2] = [(k1 * range) ** 2, (k2 * range) ** 2];
  const [meanX, meanY] = [gaussianMeans(x, size), gaussianMeans(y, size)];
  const meanOf = (value: (i: number) => number): Float64Array =>
    gaussianMeans(
      x.map((_, i) => value(i)),
      size,
    );
  const meanXX = meanOf((i) => (x[i] ?? 0) ** 2);
  const meanYY = meanOf((i) => (y[i] ?? 0) ** 2);
  const meanXY = meanOf((i) => (x[i] ?? 0) * (y[i] ?? 0));
  let sum = 0;
  for (let i = 0; i < meanX.length; i++) {
    const [mx, my] = [meanX[i] ?? 0, meanY[i] ?? 0];
    const varianceX = (meanXX[i] ?? 0) - mx * mx;
    const varianceY = (meanYY[i] ?? 0) - my * my;
    const covariance = (meanXY[i] ?? 0) - mx * my;
    sum += ((2 * mx * my + c1) * (2 * covariance + c2)) / ((mx * mx + my * my + c1) * (varianceX + varianceY + c2));
  }
  return sum / meanX.length;
}

const weights = gaussianWeights();

function gaussianWeights(): Float64Array {
  const raw = Float64Array.from({ length: ssimWindow }, (_, i) => Math.exp(-0.5 * ((i - radius) / sigma) ** 2));
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  return raw.map((weight) => weight / total);
}

/** The weighted mean of each window that fits, along rows and then columns: the Gaussian is separable. */
function gaussianMeans(image: Float64Array, { height, width }: ImageSize): Float64Array {
  const [rows, columns] = [height - ssimWindow + 1, width - ssimWindow + 1];
  const along = new Float64Array(height * columns);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let k = 0; k < ssimWindow; k++) sum += (weights[k] ?? 0) * (image[row * width + column + k] ?? 0);
      along[row * columns + column] = sum;
    }
  }
  const means = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let k = 0; k < ssimWindow; k++) sum += (weights[k] ?? 0) * (along[(row + k) * columns + column] ?? 0);
      means[row * columns + column] = sum;
    }
  }
  return means;
}
