import { ReverieError } from '../../core/errors.js';

/** Codes in a byte a value, and what it takes to have them back. */
export interface CompressedCodes {
  /** Values per code. */
  readonly width: number;
  /** `width` bytes a code. */
  readonly bytes: Uint8Array;
  /** Of each value of a code: what byte 0 stands for. */
  readonly least: Float32Array;
  /** Of each value of a code: how much more each further byte stands for, ≥ 0. */
  readonly step: Float32Array;
}

/**
 * Codes with each value rounded to the nearest of 256 between the least and the largest that it takes: four times smaller
 * than float32, so that a code of d values is d bytes. No value moves by more than half a step.
 *
 * @param codes rows of `width` values, at least one
 * @throws bad-data for no codes, or for values that are not finite
 */
export function compressedCodes(codes: Float32Array, width: number): CompressedCodes {
  if (codes.length === 0 || !codes.every(Number.isFinite)) {
    const problem = codes.length === 0 ? 'there are none' : 'some of their values are not finite numbers';
    throw new ReverieError('bad-data', `codes cannot be compressed: ${problem}`);
  }
  const [least, largest] = [new Float32Array(width).fill(Infinity), new Float32Array(width).fill(-Infinity)];
  codes.forEach((value, i) => {
    const place = i % width;
    least[place] = Math.min(least[place] ?? value, value);
    largest[place] = Math.max(largest[place] ?? value, value);
  });
  const step = least.map((low, place) => ((largest[place] ?? low) - low) / 255);
  const bytes = Uint8Array.from(codes, (value, i) => {
    const [low = 0, size = 0] = [least[i % width], step[i % width]];
    return size === 0 ? 0 : Math.min(255, Math.round((value - low) / size));
  });
  return { width, bytes, least, step };
}

/** The codes again, as near as bytes allow. */
export function restoredCodes({ width, bytes, least, step }: CompressedCodes): Float32Array {
  return Float32Array.from(bytes, (byte, i) => (least[i % width] ?? 0) + byte * (step[i % width] ?? 0));
}
