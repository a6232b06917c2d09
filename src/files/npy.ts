import { ReverieError } from '../core/errors.js';
import { formatShape, sizeOf, type Shape } from '../core/tensor.js';
import { npyHeader, npyPreamble, npyTextAt, parseNpyHeader, type NpyType } from './npy-header.js';
import { npyValues, type NpyValues } from './npy-values.js';

/** An array of an `.npy` file, row-major whatever its order is there. */
export interface NpyArray {
  /** Where it comes from, for messages: `features.npz: x_train`. */
  readonly name: string;
  readonly type: NpyType;
  readonly shape: Shape;
  readonly values: NpyValues;
}

/** Bytes of values that are read, at most. */
const mostBytes = 2 ** 32 - 1;

const cutOff = 'it was cut off; get it again, whole';

/**
 * Reads an array of numbers, truth values or texts from the pieces of an `.npy` file, of either byte order, in C or Fortran
 * order; pickled objects and records are refused.
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
    return { name, type: header.type, shape: header.shape, values: npyValues(data, header) };
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

function bad(name: string, what: string, remedy: string): ReverieError {
  return new ReverieError('bad-data', `${name} cannot be read: ${what}; ${remedy}`);
}
