import type { Samples } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import { formatShape, type Shape } from '../core/tensor.js';
import { arraySamples } from '../core/array-samples.js';
import type { NpyArray } from '../files/npy.js';

/** Features and labels of one part of a data set, as they lie in files. */
export interface FeaturePart {
  readonly x: NpyArray;
  readonly y: NpyArray;
}

/** Features and labels in memory, features not scaled yet. */
export interface LoadedPart {
  readonly features: Float32Array;
  readonly labels: Int32Array;
  /** Of one sample. */
  readonly shape: Shape;
  /** Of one sample as it lies in the file: an image of one channel may lack that axis. */
  readonly fileShape: Shape;
}

const mostLabel = 2 ** 31 - 1;

/**
 * Checks and converts one part: `x` of shape [n, width], [n, height, width] or [n, height, width, channels], `y` of n
 * whole numbers.
 *
 * @throws ReverieError `bad-data` for another shape, counts that differ, no rows, values that are NaN, infinite or too
 *   large for float32, labels that are no class; with row and column, from 0, of the first
 */
export function loadedPart({ x, y }: FeaturePart): LoadedPart {
  const [rows = 0, ...own] = x.shape;
  if (own.length < 1 || own.length > 3) {
    throw bad(
      `${x.name} has the shape ${formatShape(x.shape)}; expected [n, width], [n, height, width] or [n, height, width, ` +
        'channels]: one row for each sample',
    );
  }
  if (rows === 0 || x.values.length === 0) throw bad(`${x.name} is empty: its shape is ${formatShape(x.shape)}`);
  const labels = labelsOf(y);
  if (labels.length !== rows) {
    throw bad(`${x.name} has ${rows} rows, but ${y.name} has ${labels.length} labels; expected one label for each row`);
  }
  const [first = 1, second] = own;
  const shape = own.length === 2 && second !== undefined ? [first, second, 1] : own;
  return { features: featuresOf(x, rows), labels, shape, fileShape: own };
}

function featuresOf({ name, values }: NpyArray, rows: number): Float32Array {
  const features = toFloat32(values);
  const width = features.length / rows;
  for (let i = 0; i < features.length; i++) {
    const value = features[i] ?? 0;
    if (value - value === 0) continue;
    const given = Number(values[i]);
    const what = Number.isFinite(given) ? `${given}, which is too large for float32` : String(given);
    throw bad(
      `${name} has ${what} in row ${Math.floor(i / width)}, column ${i % width} (both from 0); expected finite numbers`,
    );
  }
  return features;
}

/** Numbers of float32 are taken as they lie there, not copied. */
function toFloat32(values: NpyArray['values']): Float32Array {
  if (values instanceof Float32Array) return values;
  if (!(values instanceof BigInt64Array || values instanceof BigUint64Array)) return new Float32Array(values);
  const out = new Float32Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = Number(values[i]);
  return out;
}

function labelsOf({ name, type, shape, values }: NpyArray): Int32Array {
  if (type.startsWith('f')) {
    throw bad(`${name} has the type ${type}; expected whole numbers, e.g. y.astype(numpy.int64)`);
  }
  const flat = shape.length === 1 || (shape.length === 2 && shape[1] === 1);
  if (!flat) {
    throw bad(
      `${name} has the shape ${formatShape(shape)}; expected [n], one class number a row; of one-hot rows take ` +
        'numpy.argmax(y, axis=1)',
    );
  }
  const labels = new Int32Array(values.length);
  for (let row = 0; row < labels.length; row++) {
    const label = Number(values[row]);
    if (label < 0 || label > mostLabel) {
      throw bad(`${name} has the label ${label} in row ${row} (from 0); expected classes 0 … ${mostLabel}`);
    }
    labels[row] = label;
  }
  return labels;
}

/** @throws ReverieError `bad-data` where training and test samples are not of one shape or not of the same classes */
export function checkTogether(train: Samples, test: Samples, classes: readonly number[], where: string): void {
  if (formatShape(train.shape) !== formatShape(test.shape)) {
    throw bad(
      `${where}: training samples have the shape ${formatShape(train.shape)} and test samples ` +
        `${formatShape(test.shape)}; expected the same`,
    );
  }
  for (const [samples, part] of [
    [train, 'training'],
    [test, 'test'],
  ] as const) {
    const present = new Set<number>();
    for (let row = 0; row < samples.size; row++) present.add(samples.label(row));
    const empty = classes.find((label) => !present.has(label));
    if (empty !== undefined) {
      throw bad(`${where}: class ${empty} is empty, it has no ${part} samples; expected every class in both parts`);
    }
  }
}

/** The part as samples. */
export function partSamples({ features, labels, shape }: LoadedPart): Samples {
  return arraySamples({ features, labels, shape });
}

function bad(what: string): ReverieError {
  return new ReverieError('bad-data', what);
}
