import { randomStream } from '../../src/core/random.js';
import { sizeOf, type Shape } from '../../src/core/tensor.js';
import { floatNpy, intNpy, npyBytes, npyText } from '../files/npy-bytes.js';

/** Rows of a data set as they lie in its files, with their classes. */
export interface RawRows {
  readonly x: readonly number[];
  readonly labels: readonly number[];
}

/** Values that samples of the classes 0, 1, 2 and 3 lie around. */
export interface RawKind {
  readonly shape: Shape;
  /** Value j of the samples of a class is normal with this mean and deviation. */
  value(label: number, j: number): readonly [mean: number, deviation: number];
  /** Whether they are bytes. */
  readonly bytes: boolean;
}

/**
 * Measurements of five kinds in units of their own: seconds since 1970, a few millionths, negative ones, one that never
 * changes, and one in thousands. Classes lie several deviations apart in each of them but the constant one.
 */
export const measurements: RawKind = {
  shape: [5],
  bytes: false,
  value: (label, j) => {
    const [offset = 0, unit = 0] = (
      [
        [1.7e9, 1e4],
        [0, 1e-6],
        [-40, 3],
        [7, 0],
        [2000, 500],
      ] as const
    )[j] ?? [0, 0];
    return [offset + unit * 8 * ((label + j) % 4), unit];
  },
};

/** Pictures of bytes in which class c is bright in quarter c of its values. */
export function pictures(shape: Shape): RawKind {
  const quarter = Math.ceil(sizeOf(shape) / 4);
  return {
    shape,
    bytes: true,
    value: (label, j) => [Math.floor(j / quarter) === label ? 190 : 60, 25],
  };
}

/** So many rows of each class, in turn. */
export function rawRows(kind: RawKind, perClass: number, seed: number): RawRows {
  const labels = Array.from({ length: 4 * perClass }, (_, row) => row % 4);
  const width = sizeOf(kind.shape);
  const noise = new Float32Array(labels.length * width);
  randomStream(seed).fillNormal(noise);
  const x = Array.from(noise, (draw, i) => {
    const [mean, deviation] = kind.value(labels[Math.floor(i / width)] ?? 0, i % width);
    const value = mean + deviation * draw;
    return kind.bytes ? Math.round(Math.min(255, Math.max(0, value))) : Math.fround(value);
  });
  return { x, labels };
}

/** The four .npy files of a data set of features, by name. */
export function featureFiles(kind: RawKind, train: RawRows, test: RawRows): Record<string, Buffer> {
  const x = ({ x: values, labels }: RawRows): Buffer => {
    const shape = [labels.length, ...kind.shape];
    return kind.bytes ? npyBytes(npyText('|u1', shape), Uint8Array.from(values)) : floatNpy(shape, values);
  };
  return {
    'x_train.npy': x(train),
    'y_train.npy': intNpy([train.labels.length], train.labels),
    'x_test.npy': x(test),
    'y_test.npy': intNpy([test.labels.length], test.labels),
  };
}
