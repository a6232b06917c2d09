import type { Samples } from './dataset.js';
import { ReverieError } from './errors.js';
import { formatShape, sizeOf, type Shape } from './tensor.js';

/** Features and labels of a data set in two flat arrays, sample after sample. They are kept, not copied. */
export type SampleArrays = {
  /** Class of each sample. */
  readonly labels: Uint8Array | Int32Array;
  /** Shape of one sample, e.g. `[28, 28, 1]`. */
  readonly shape: Shape;
} & (
  | {
      readonly features: Uint8Array;
      /** What a byte is multiplied with to become a feature, e.g. 1/255. */
      readonly scale: number;
    }
  | { readonly features: Float32Array }
);

/**
 * Samples over one typed array. `select` gives views that hold row numbers of this array; a view of a view holds them
 * too, so that no view costs more to read than another.
 *
 * @throws ReverieError `bad-shape` when the features are not one row of `shape` for each label, when a row number is
 *   not in [0, size), or when the array to copy into is too short
 */
export function arraySamples(arrays: SampleArrays): Samples {
  const { features, labels, shape } = arrays;
  const width = sizeOf(shape);
  if (features.length !== labels.length * width) {
    throw new ReverieError(
      'bad-shape',
      `${labels.length} labels and samples of shape ${formatShape(shape)} need ${labels.length * width} values, ` +
        `but there are ${features.length}; give one row of features for each label`,
    );
  }
  return new ArraySamples(arrays, width, undefined);
}

class ArraySamples implements Samples {
  readonly size: number;
  readonly #arrays: SampleArrays;
  /** Row of the arrays for each row of this view; undefined where the view is the whole. */
  readonly #rows: Uint32Array | undefined;

  constructor(
    arrays: SampleArrays,
    readonly width: number,
    rows: Uint32Array | undefined,
  ) {
    this.#arrays = arrays;
    this.#rows = rows;
    this.size = rows === undefined ? arrays.labels.length : rows.length;
  }

  get shape(): Shape {
    return this.#arrays.shape;
  }

  label(row: number): number {
    return this.#arrays.labels[this.#base(row)] ?? 0;
  }

  copyRows(rows: ArrayLike<number>, out: Float32Array, at = 0): void {
    const width = this.width;
    if (at < 0 || out.length < (at + rows.length) * width) {
      throw new ReverieError(
        'bad-shape',
        `${rows.length} rows of ${width} values from row ${at} on do not fit into an array of ${out.length} values`,
      );
    }
    const arrays = this.#arrays;
    for (let i = 0; i < rows.length; i++) {
      const from = this.#base(rows[i] ?? -1) * width;
      const to = (at + i) * width;
      if ('scale' in arrays) copyScaled(arrays.features, from, arrays.scale, out, to, width);
      else out.set(arrays.features.subarray(from, from + width), to);
    }
  }

  select(rows: ArrayLike<number>): Samples {
    const own = new Uint32Array(rows.length);
    for (let i = 0; i < own.length; i++) own[i] = this.#base(rows[i] ?? -1);
    return new ArraySamples(this.#arrays, this.width, own);
  }

  bytes(): readonly Uint8Array[] {
    const { features, labels } = this.#arrays;
    const scale = Float64Array.of('scale' in this.#arrays ? this.#arrays.scale : 1);
    return [scale, features, labels, this.#rows ?? new Uint32Array()].map(
      ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
    );
  }

  #base(row: number): number {
    if (row >>> 0 !== row || row >= this.size) {
      throw new ReverieError('bad-shape', `row ${row} is not one of the ${this.size} rows, which count from 0`);
    }
    return this.#rows === undefined ? row : (this.#rows[row] ?? 0);
  }
}

/** A function of its own, because it then sees one kind of array only and the compiler keeps it tight. */
function copyScaled(
  bytes: Uint8Array,
  from: number,
  scale: number,
  out: Float32Array,
  to: number,
  width: number,
): void {
  for (let j = 0; j < width; j++) out[to + j] = (bytes[from + j] ?? 0) * scale;
}

/** The classes that occur in any of the given parts, ascending. */
export function classesOf(...parts: readonly Samples[]): readonly number[] {
  const classes = new Set<number>();
  for (const part of parts) for (let row = 0; row < part.size; row++) classes.add(part.label(row));
  return [...classes].sort((a, b) => a - b);
}
