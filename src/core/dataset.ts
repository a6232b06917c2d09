import type { SampleScale } from './sample-scale.js';
import type { Shape } from './tensor.js';

/**
 * Labelled samples that can be looked at but not changed. A subset is a view: it holds row numbers, not copies.
 */
export interface Samples {
  /** Number of samples. */
  readonly size: number;
  /** Shape of one sample, e.g. `[28, 28, 1]` (height, width, channels). */
  readonly shape: Shape;
  /** Values per sample: the product of `shape`. */
  readonly width: number;
  /** Class of sample `row`, a non-negative integer. */
  label(row: number): number;
  /**
   * Writes the given rows, one after the other, into `out` from row `at` of it on, as float32.
   *
   * @param rows row numbers in [0, size)
   * @param out at least `(at + rows.length) * width` long
   */
  copyRows(rows: ArrayLike<number>, out: Float32Array, at?: number): void;
  /** A view of the given rows, in the given order. Costs four bytes a row. */
  select(rows: ArrayLike<number>): Samples;
  /**
   * Bytes that the values follow from, for a digest: where they are the same, so are the samples. Nobody may change them.
   * Where this is left out, the rows are read instead, which takes ten times as long.
   */
  bytes?(): readonly Uint8Array[];
}

/** A data set in its two parts. Nothing but a metric may ever see `test`. */
export interface Dataset {
  readonly name: string;
  readonly train: Samples;
  readonly test: Samples;
  /** The classes that occur, ascending. */
  readonly classes: readonly number[];
  /** Where the data come from, as a sentence. */
  readonly source: string;
  /** How samples were made from values in files: what learns takes this along, to be used on such files. */
  readonly scale?: SampleScale;
  /** Names of classes, by their numbers. */
  readonly classNames?: Readonly<Record<string, string>>;
}

/** The row numbers of `samples` whose class is one of `classes`, ascending. */
export function rowsOfClasses(samples: Samples, classes: readonly number[]): Uint32Array {
  const wanted = new Set(classes);
  const rows: number[] = [];
  for (let row = 0; row < samples.size; row++) if (wanted.has(samples.label(row))) rows.push(row);
  return Uint32Array.from(rows);
}

/** The class of each sample. */
export function labelsOf(samples: Pick<Samples, 'size' | 'label'>): Int32Array {
  return Int32Array.from({ length: samples.size }, (_, row) => samples.label(row));
}

/** The row numbers from `from` to just before `to`. */
export function rowRange(from: number, to: number): Uint32Array {
  return Uint32Array.from({ length: to - from }, (_, i) => from + i);
}

/** The rows of each label, ascending; the labels in the order in which they first occur. */
export function rowsByLabel(labels: Int32Array): Map<number, number[]> {
  const rowsOf = new Map<number, number[]>();
  labels.forEach((label, row) => {
    const rows = rowsOf.get(label);
    if (rows === undefined) rowsOf.set(label, [row]);
    else rows.push(row);
  });
  return rowsOf;
}
