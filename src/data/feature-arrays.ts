import { ReverieError } from '../core/errors.js';
import { formatShape, sizeOf, type Shape } from '../core/tensor.js';
import type { NpyArray } from '../files/npy.js';
import { isTexts } from '../files/npy-values.js';
import { interleave } from './channel-planes.js';

/** Which axis of images holds the channels: [n, height, width, channels], or [n, channels, height, width]. */
export const channelOrders = ['last', 'first'] as const;
export type ChannelOrder = (typeof channelOrders)[number];

/** Features in memory, not scaled yet. */
export interface LoadedFeatures {
  /** Row-major, channels last. */
  readonly features: Float32Array;
  readonly rows: number;
  /** Of one sample. */
  readonly shape: Shape;
  /** Of one sample as it lies in the file, but for channels, which are last: an image of one channel may lack that axis. */
  readonly fileShape: Shape;
}

/**
 * Checks and converts the features of one part, of shape [n, width], [n, height, width] or [n, height, width, channels],
 * or with their channels first.
 *
 * @throws ReverieError `bad-data` for another shape, texts, no rows, values that are NaN, infinite or too large for float32;
 *   with row and column, from 0, of the first
 */
export function loadedFeatures(x: NpyArray, channels: ChannelOrder): LoadedFeatures {
  const [rows = 0, ...own] = x.shape;
  if (isTexts(x.values)) {
    throw bad(
      `${x.name} holds texts; expected numbers; where the texts are numbers, x.astype(numpy.float32) reads them`,
    );
  }
  if (own.length < 1 || own.length > 3) {
    throw bad(
      `${x.name} has the shape ${formatShape(x.shape)}; expected [n, width], [n, height, width] or [n, height, width, ` +
        'channels]: one row for each sample',
    );
  }
  if (rows === 0 || x.values.length === 0) throw bad(`${x.name} is empty: its shape is ${formatShape(x.shape)}`);
  const features = featuresOf(x.name, x.values, rows);
  if (channels === 'last') return { features, rows, shape: imageShape(own), fileShape: own };
  const [count = 1, height = 1, width = 1] = own;
  if (own.length < 3) {
    throw bad(
      `${x.name} has the shape ${formatShape(x.shape)}; expected [n, channels, height, width], as the option channels: ` +
        'first says; take the option out',
    );
  }
  const shape = [height, width, count];
  return { features: channelsLast(features, rows, shape), rows, shape, fileShape: shape };
}

function imageShape(own: Shape): Shape {
  const [height = 1, width = 1] = own;
  return own.length === 2 ? [height, width, 1] : own;
}

function featuresOf(name: string, values: Exclude<NpyArray['values'], readonly string[]>, rows: number): Float32Array {
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
function toFloat32(values: Exclude<NpyArray['values'], readonly string[]>): Float32Array {
  if (values instanceof Float32Array) return values;
  if (!(values instanceof BigInt64Array || values instanceof BigUint64Array)) return new Float32Array(values);
  const out = new Float32Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = Number(values[i]);
  return out;
}

function channelsLast(features: Float32Array, rows: number, shape: Shape): Float32Array {
  const [height = 1, width = 1, channels = 1] = shape;
  const image = { channels, pixels: height * width };
  const out = new Float32Array(features.length);
  for (let row = 0; row < rows; row++) {
    const start = row * sizeOf(shape);
    interleave(features, start, out, start, image);
  }
  return out;
}

function bad(what: string): ReverieError {
  return new ReverieError('bad-data', what);
}
