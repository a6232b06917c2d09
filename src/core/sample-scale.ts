import { sizeOf, type Shape } from './tensor.js';

/**
 * How values as they lie in the files of a data set become those that a learner sees, value by value:
 * seen = (raw − offset) / range, or 0 where the range is 0, and then clipped to [0, 1] where `clipped` says so.
 */
export interface SampleScale {
  /** Shape of one sample in the files, e.g. `[28, 28]`; in all as many values as a sample that the learner sees. */
  readonly shape: Shape;
  /** One number for all values, or one for each value of a sample. */
  readonly offset: readonly number[];
  /** As many as of `offset`; at least 0 each. */
  readonly range: readonly number[];
  readonly clipped: boolean;
}

/** The scale of bytes, as pixels are stored, into [0, 1]. */
export function byteScale(shape: Shape): SampleScale {
  return { shape, offset: [0], range: [255], clipped: false };
}

/** What is known of the samples that a learner sees, in addition to their shape; plain data, which goes where the learner goes. */
export interface SampleDescription {
  /** Absent where the data set does not say. */
  readonly scale?: SampleScale;
  /** Names of classes by their numbers; a class without one is called by its number. */
  readonly classNames?: Readonly<Record<string, string>>;
}

/** Values that a learner sees, rows of a sample each, as they would lie in the files. */
export function rawValues({ shape, offset, range }: SampleScale, seen: Float32Array): Float32Array {
  const width = sizeOf(shape);
  const at = (values: readonly number[], i: number): number => values[values.length === 1 ? 0 : i % width] ?? 0;
  return seen.map((value, i) => at(offset, i) + value * at(range, i));
}
