import { ReverieError } from '../../core/errors.js';

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
