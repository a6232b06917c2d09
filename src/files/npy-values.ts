import { endianness } from 'node:os';
import type { StateArray } from '../core/snapshot.js';
import { sizeOf, type Shape } from '../core/tensor.js';
import { swapBytes } from './byte-order.js';
import type { NpyHeader } from './npy-header.js';

/** Values of an array, row-major. Half precision comes as float32, truth values as 0 and 1, texts as strings. */
export type NpyValues = StateArray | readonly string[];

/** The values behind a header, from as many bytes as it declares, which are taken over and may be changed. */
export function npyValues(bytes: ArrayBuffer, header: NpyHeader): NpyValues {
  const values = inFileOrder(bytes, header);
  return header.fortranOrder ? rowMajor(values, header.shape) : values;
}

/** The types that a typed array holds as they are; truth values are bytes. */
const numbers = {
  f4: Float32Array,
  f8: Float64Array,
  i1: Int8Array,
  i2: Int16Array,
  i4: Int32Array,
  i8: BigInt64Array,
  b1: Uint8Array,
  u1: Uint8Array,
  u2: Uint16Array,
  u4: Uint32Array,
  u8: BigUint64Array,
} as const;

function inFileOrder(buffer: ArrayBuffer, { type, itemBytes, littleEndian, shape }: NpyHeader): NpyValues {
  const count = sizeOf(shape);
  // A text's characters have four bytes each; its bytes have no order.
  const unit = type === 'U' ? 4 : type === 'S' ? 1 : itemBytes;
  if (littleEndian !== (endianness() === 'LE')) swapBytes(Buffer.from(buffer), unit);
  if (type === 'f2') return Float32Array.from(new Uint16Array(buffer, 0, count), halfToNumber);
  if (type === 'U' || type === 'S') {
    return Array.from({ length: count }, (_, i) => textAt(buffer, i * itemBytes, itemBytes, type));
  }
  return new numbers[type](buffer, 0, count);
}

/** Half precision of IEEE 754: a sign, five bits of exponent, ten of fraction. */
function halfToNumber(bits: number): number {
  const sign = bits >>> 15 === 0 ? 1 : -1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** A text of fixed length, filled up with zeroes. */
function textAt(buffer: ArrayBuffer, at: number, bytes: number, type: 'U' | 'S'): string {
  if (type === 'S') return Buffer.from(buffer, at, bytes).toString('utf8').replace(/\0+$/, '');
  const points = new Uint32Array(buffer, at, bytes / 4);
  let text = '';
  for (const point of points) text += point > 0x10ffff ? '\ufffd' : String.fromCodePoint(point);
  return text.replace(/\0+$/, '');
}

/** Fortran order has the first index run fastest; here the last one does. */
function rowMajor(values: NpyValues, shape: Shape): NpyValues {
  if (shape.length < 2) return values;
  const from = fortranPlaces(shape);
  if (isTexts(values)) return values.map((_, i) => values[from(i)] ?? '');
  const out = values.slice();
  // The compiler does not follow that both are of one kind.
  const [to, source] = [out as Float64Array, values as Float64Array];
  for (let i = 0; i < to.length; i++) to[i] = source[from(i)] ?? 0;
  return out;
}

/** Where the value stands in Fortran order that is the i-th in rows; asked for i = 0, 1, 2 … */
function fortranPlaces(shape: Shape): (i: number) => number {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  const index = shape.map(() => 0);
  let place = 0;
  return (i) => {
    if (i === 0) return 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] ?? 0) + 1;
      place += strides[axis] ?? 0;
      if ((index[axis] ?? 0) < (shape[axis] ?? 0)) break;
      place -= (shape[axis] ?? 0) * (strides[axis] ?? 0);
      index[axis] = 0;
    }
    return place;
  };
}

/** Whether the values are texts. */
export function isTexts(values: NpyValues): values is readonly string[] {
  return Array.isArray(values);
}
