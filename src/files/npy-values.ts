import { endianness } from 'node:os';
import { sizeOf, type Shape } from '../core/tensor.js';
import type { NpyHeader } from './npy-header.js';

/** Values of an array, row-major. Half precision comes as float32, truth values as 0 and 1, texts as strings. */
export type NpyValues =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | readonly string[];

/** The values behind a header, from as many bytes as it declares, which are taken over and may be changed. */
export function npyValues(bytes: ArrayBuffer, header: NpyHeader): NpyValues {
  const values = inFileOrder(bytes, header);
  return header.fortranOrder ? rowMajor(values, header.shape) : values;
}

function inFileOrder(buffer: ArrayBuffer, { type, itemBytes, littleEndian, shape }: NpyHeader): NpyValues {
  const count = sizeOf(shape);
  // A text's characters have four bytes each; its bytes have no order.
  const unit = type === 'U' ? 4 : type === 'S' ? 1 : itemBytes;
  if (littleEndian !== (endianness() === 'LE')) swap(Buffer.from(buffer), unit);
  switch (type) {
    case 'f2':
      return Float32Array.from(new Uint16Array(buffer, 0, count), halfToNumber);
    case 'f4':
      return new Float32Array(buffer, 0, count);
    case 'f8':
      return new Float64Array(buffer, 0, count);
    case 'i1':
      return new Int8Array(buffer, 0, count);
    case 'i2':
      return new Int16Array(buffer, 0, count);
    case 'i4':
      return new Int32Array(buffer, 0, count);
    case 'i8':
      return new BigInt64Array(buffer, 0, count);
    case 'b1':
    case 'u1':
      return new Uint8Array(buffer, 0, count);
    case 'u2':
      return new Uint16Array(buffer, 0, count);
    case 'u4':
      return new Uint32Array(buffer, 0, count);
    case 'u8':
      return new BigUint64Array(buffer, 0, count);
    case 'U':
    case 'S':
      return Array.from({ length: count }, (_, i) => textAt(buffer, i * itemBytes, itemBytes, type));
  }
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

function swap(bytes: Buffer, width: number): void {
  if (width === 2) bytes.swap16();
  if (width === 4) bytes.swap32();
  if (width === 8) bytes.swap64();
}
