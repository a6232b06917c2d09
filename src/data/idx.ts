import { createHash } from 'node:crypto';
import { ReverieError } from '../core/errors.js';
import { sizeOf, type Shape } from '../core/tensor.js';
import { readGiven } from '../files/given-file.js';
import { gunzipLimited, isGzip } from '../files/gunzip-limited.js';

/** An IDX file of unsigned bytes, as MNIST and its kin are published. */
export interface Idx {
  readonly shape: Shape;
  /** The values, row-major: a view of the bytes that were parsed. */
  readonly data: Uint8Array;
}

/** What a caller knows about the file that it reads. */
export interface IdxExpectation {
  /** Number of dimensions: 1 for labels, 3 for images. */
  readonly rank: number;
  /** SHA-256 of the file (of its content, where it is gzipped), in hexadecimal. */
  readonly sha256?: string;
  /** What to do when the digest differs, as the end of a sentence. */
  readonly otherwise?: string;
  /** Most bytes that are read, and most that are unpacked; 1 GiB if not given. */
  readonly maxBytes?: number;
}

const defaultMaxBytes = 2 ** 30;
const unsignedByte = 0x08;
const elementTypes: Readonly<Record<number, string>> = {
  0x09: 'signed bytes',
  0x0b: '16-bit integers',
  0x0c: '32-bit integers',
  0x0d: '32-bit floats',
  0x0e: '64-bit floats',
};
const fetchAgain = 'get the file again, or choose another folder with --data-dir';

/**
 * Reads an IDX file, gzipped or not: what it is, is seen from its first bytes.
 *
 * @throws ReverieError `bad-data` when it cannot be read, is too large, damaged, or not the IDX file that is expected
 */
export async function readIdx(file: string, expected: IdxExpectation): Promise<Idx> {
  const reading = { maxBytes: expected.maxBytes ?? defaultMaxBytes, what: 'an IDX file', remedy: fetchAgain };
  const raw = await readGiven(file, reading);
  const bytes = isGzip(raw) ? await gunzipLimited(raw, file, reading) : raw;
  if (expected.sha256 !== undefined) {
    const actual = createHash('sha256').update(bytes).digest('hex');
    if (actual !== expected.sha256) {
      throw badData(
        `${file} is not the file that is expected: its SHA-256 is ${actual}, expected ${expected.sha256}; ` +
          (expected.otherwise ?? fetchAgain),
      );
    }
  }
  return parseIdx(bytes, file, expected.rank);
}

/**
 * Parses an IDX file of unsigned bytes: two zero bytes, the element type, the rank, one big-endian 32-bit extent for
 * each dimension, and the values (format as described on the MNIST page of LeCun, Cortes and Burges).
 *
 * @param file name for messages
 * @throws ReverieError `bad-data`
 */
export function parseIdx(bytes: Uint8Array, file: string, rank: number): Idx {
  const header = 4 + 4 * rank;
  if (bytes.length < header) {
    throw badData(
      `${file} ends too early: it has ${bytes.length} bytes, but the header of an IDX file of rank ${rank} has ` +
        `${header}; ${fetchAgain}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  checkMagic(view, file, rank);
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const declared = sizeOf(shape);
  const given = bytes.length - header;
  const size = `its header declares ${shape.join(' × ')} values, ${declared} bytes, but ${given} follow`;
  if (declared === 0)
    throw badData(`${file} holds nothing: its header declares ${shape.join(' × ')} values; ${fetchAgain}`);
  if (given < declared) throw badData(`${file} ends too early: ${size}; ${fetchAgain}`);
  if (given > declared) throw badData(`${file} goes on after its end: ${size}; ${fetchAgain}`);
  return { shape, data: bytes.subarray(header) };
}

function checkMagic(view: DataView, file: string, rank: number): void {
  const magic = view.getUint32(0);
  const wanted = (unsignedByte << 8) | rank;
  if (magic === wanted) return;
  const what = `expected an IDX file of unsigned bytes of rank ${rank}`;
  const type = view.getUint16(0) === 0 ? view.getUint8(2) : undefined;
  if (type === unsignedByte) {
    throw badData(
      `${file} has rank ${view.getUint8(3)}; ${what}; look whether images and labels are swapped, or ${fetchAgain}`,
    );
  }
  const elements = type === undefined ? undefined : elementTypes[type];
  if (elements !== undefined) throw badData(`${file} holds ${elements}; ${what}; convert it, or ${fetchAgain}`);
  throw badData(`${file} is not an IDX file: it begins with ${hex(magic)}; ${what}, ${hex(wanted)}; ${fetchAgain}`);
}

function hex(magic: number): string {
  return `0x${magic.toString(16).padStart(8, '0')}`;
}

function badData(message: string): ReverieError {
  return new ReverieError('bad-data', message);
}
