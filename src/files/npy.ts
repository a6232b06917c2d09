import { endianness } from 'node:os';
import { ReverieError } from '../core/errors.js';
import { formatShape, sizeOf, type Shape } from '../core/tensor.js';
import { npyHeader, npyPreamble, npyTextAt, parseNpyHeader, type NpyHeader, type NpyType } from './npy-header.js';

/** An array as it lies in an `.npy` file, row-major. */
export interface NpyArray {
  /** Where it comes from, for messages: `features.npz: x_train`. */
  readonly name: string;
  readonly type: NpyType;
  readonly shape: Shape;
  readonly values: NpyValues;
}

type NpyValues =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

/** Bytes of values that are read, at most. */
const mostBytes = 2 ** 32 - 1;

const cutOff = 'it was cut off; get it again, whole';

/**
 * Reads an array of numbers from the pieces of an `.npy` file. Numbers of either byte order are taken; pickled objects,
 * records, strings and Fortran order are refused.
 *
 * @param size bytes of the whole file
 * @param name of the array, for messages
 * @throws ReverieError `bad-data` when it is no such file, damaged, cut off, has something after its end, or is too large
 */
export async function readNpy(pieces: AsyncIterable<Uint8Array>, size: number, name: string): Promise<NpyArray> {
  const gathered = new Gathered(pieces[Symbol.asyncIterator]());
  try {
    const preamble = await gathered.take(npyPreamble);
    const { start, end } = npyTextAt(preamble, name);
    // Version 1.0 has two bytes less before its text.
    const text = Buffer.concat([preamble.subarray(start), await gathered.take(Math.max(0, end - npyPreamble))]);
    const header = parseNpyHeader(text.toString('latin1', 0, end - start), name);
    if (header.bytes > mostBytes) {
      throw bad(name, `it has ${header.bytes} bytes, over ${mostBytes}`, 'use float32, or fewer rows');
    }
    const declared = `its header declares the shape ${formatShape(header.shape)}, ${header.bytes} bytes`;
    // Looked at before memory is taken: a header can declare anything.
    if (size - end < header.bytes) throw bad(name, `${declared}, but only ${size - end} follow`, cutOff);
    if (size - end > header.bytes) throw bad(name, `${declared}, but ${size - end} follow`, 'write it with numpy.save');
    const data = new ArrayBuffer(header.bytes);
    const read = await gathered.fill(new Uint8Array(data));
    if (read < header.bytes) throw bad(name, `${declared}, but only ${read} came`, cutOff);
    // Whoever gives the pieces compares sizes and checksums at their end, so that the end must be reached.
    if (await gathered.more()) throw bad(name, `${declared}, but more came`, 'write it with numpy.save');
    return { name, type: header.type, shape: header.shape, values: numbers(data, header) };
  } finally {
    await gathered.end();
  }
}

/**
 * An array as the bytes of a `.npy` file: {@link npyHeader}, and the values, little-endian and in row-major order. `np.load`
 * reads it.
 *
 * @throws ReverieError `bad-shape` where the values are not as many as the shape says
 */
export function npyFile(values: Float32Array | Int32Array, shape: Shape): Uint8Array {
  if (values.length !== sizeOf(shape)) {
    throw new ReverieError(
      'bad-shape',
      `${values.length} values do not make an array of shape ${formatShape(shape)}, which takes ${sizeOf(shape)}`,
    );
  }
  const descr = values instanceof Float32Array ? '<f4' : '<i4';
  const header = npyHeader(descr, shape);
  const begin = header.length;
  const bytes = new Uint8Array(begin + values.byteLength);
  const view = new DataView(bytes.buffer);
  bytes.set(header);
  values.forEach((value: number, i: number) => {
    if (values instanceof Float32Array) view.setFloat32(begin + 4 * i, value, true);
    else view.setInt32(begin + 4 * i, value, true);
  });
  return bytes;
}

/** Pieces as one stream of bytes. */
class Gathered {
  #rest: Uint8Array = new Uint8Array();

  constructor(private readonly pieces: AsyncIterator<Uint8Array>) {}

  /** So many bytes, or fewer where it ends. */
  async take(count: number): Promise<Uint8Array> {
    const out = new Uint8Array(count);
    return out.subarray(0, await this.fill(out));
  }

  /** Fills `out` as far as there are bytes; how many there were. */
  async fill(out: Uint8Array): Promise<number> {
    let at = 0;
    while (at < out.length && (await this.more())) {
      const piece = this.#rest.subarray(0, out.length - at);
      out.set(piece, at);
      at += piece.length;
      this.#rest = this.#rest.subarray(piece.length);
    }
    return at;
  }

  async more(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const next = await this.pieces.next();
      if (next.done === true) return false;
      this.#rest = next.value;
    }
    return true;
  }

  async end(): Promise<void> {
    await this.pieces.return?.();
  }
}

function numbers(buffer: ArrayBuffer, { type, littleEndian, shape }: NpyHeader): NpyValues {
  if (littleEndian !== (endianness() === 'LE')) swap(Buffer.from(buffer), Number(type.slice(1)));
  const count = sizeOf(shape);
  switch (type) {
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
    case 'u1':
      return new Uint8Array(buffer, 0, count);
    case 'u2':
      return new Uint16Array(buffer, 0, count);
    case 'u4':
      return new Uint32Array(buffer, 0, count);
    case 'u8':
      return new BigUint64Array(buffer, 0, count);
  }
}

function swap(bytes: Buffer, width: number): void {
  if (width === 2) bytes.swap16();
  if (width === 4) bytes.swap32();
  if (width === 8) bytes.swap64();
}

function bad(name: string, what: string, remedy: string): ReverieError {
  return new ReverieError('bad-data', `${name} cannot be read: ${what}; ${remedy}`);
}
