import { ReverieError } from '../core/errors.js';
import { sizeOf, type Shape } from '../core/tensor.js';

/** Types of fixed size that are read: kind and bytes each, as in NumPy's `dtype.str` without the byte order. */
const fixedTypes = ['f2', 'f4', 'f8', 'b1', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8'] as const;
/** And texts, of characters and of bytes, whose length stands in the header. */
export type NpyType = (typeof fixedTypes)[number] | 'U' | 'S';

/** What an `.npy` file says of itself before its values. */
export interface NpyHeader {
  readonly type: NpyType;
  /** Bytes of a value. */
  readonly itemBytes: number;
  /** Whether the values are stored with the lowest byte first. */
  readonly littleEndian: boolean;
  readonly fortranOrder: boolean;
  readonly shape: Shape;
  /** Bytes of the values. */
  readonly bytes: number;
}

/** Bytes before the header's text: magic, version and the longest length there is. */
export const npyPreamble = 12;

/** In front of the text of a header that is written: magic, version 1.0 and the text's length. */
const writtenPreamble = 10;

/** Far more than a header of numbers needs: about 80 bytes. */
const longestHeader = 8192;

/**
 * Where the header's text stands, from the first {@link npyPreamble} bytes of an `.npy` file (NumPy Enhancement Proposal
 * 1, versions 1.0 and 2.0; version 3.0 is for names of fields, which are not read).
 *
 * @param name of the array, for messages
 * @throws ReverieError `bad-data` when it is no such file, or of another version
 */
export function npyTextAt(bytes: Uint8Array, name: string): { readonly start: number; readonly end: number } {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (start.length < npyPreamble || start.toString('latin1', 0, 6) !== '\x93NUMPY') {
    throw bad(name, 'it does not begin as an .npy file does', 'write it with numpy.save');
  }
  const major = start[6];
  const minor = start[7];
  if ((major !== 1 && major !== 2) || minor !== 0) {
    throw bad(name, `its format version is ${major ?? 0}.${minor ?? 0}; 1.0 and 2.0 are read`, 'save plain numbers');
  }
  const [first, length] = major === 1 ? [10, start.readUInt16LE(8)] : [12, start.readUInt32LE(8)];
  if (length > longestHeader) {
    throw bad(name, `its header has ${length} bytes, over ${longestHeader}`, 'save an array of plain numbers');
  }
  return { start: first, end: first + length };
}

/**
 * Reads a header's text: the Python dictionary `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }` in any order.
 * It is taken apart, never evaluated.
 *
 * @param name of the array, for messages
 * @throws ReverieError `bad-data` when it is damaged, of another type or holds Python objects
 */
export function parseNpyHeader(text: string, name: string): NpyHeader {
  const fields = fieldsOf(text, name);
  const { descr } = fields;
  if (/^[<>|=]?O/.test(descr)) {
    throw bad(
      name,
      'it holds pickled Python objects, which are code and never read',
      'save numbers with .astype(numpy.float32), or texts with .astype(str)',
    );
  }
  const [, order, kind = '', length = ''] = /^([<>|=])?([A-Za-z])(\d*)/.exec(descr) ?? [];
  const type = kind === 'U' || kind === 'S' ? kind : fixedTypes.find((known) => known === kind + length);
  if (type === undefined || !/^[<>|=]?[A-Za-z]\d+$/.test(descr)) {
    throw bad(
      name,
      `its type is ${JSON.stringify(descr)}; read are ${fixedTypes.join(', ')}, U and S`,
      adviceFor(kind),
    );
  }
  const { shape, fortranOrder } = fields;
  const itemBytes = Number(type === 'U' || type === 'S' ? length : type.slice(1)) * (type === 'U' ? 4 : 1);
  const bytes = sizeOf(shape) * itemBytes;
  if (!Number.isSafeInteger(bytes))
    throw bad(name, `its shape (${shape.join(', ')}) is beyond measure`, 'save it again');
  return { type, itemBytes, littleEndian: order !== '>', fortranOrder, shape, bytes };
}

/** What makes an array of another kind one of numbers. */
function adviceFor(kind: string): string {
  if (kind === 'c') return 'take its real part, or its magnitude with numpy.abs';
  if (kind === 'M' || kind === 'm') return 'convert it with .astype(numpy.int64)';
  return kind === 'f' ? 'convert it with .astype(numpy.float32)' : 'save an array of numbers';
}

interface Fields {
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: Shape;
}

const field = /^\s*'(descr|fortran_order|shape)'\s*:\s*(?:'([^'\\]*)'|(True|False)|\(([\d\s,]*)\))\s*(?:,|$)/;

function fieldsOf(text: string, name: string): Fields {
  const inside = /^\{(.*)\}\s*$/s.exec(text)?.[1];
  if (inside === undefined) throw damaged(name);
  let rest = inside;
  const found = new Map<string, { readonly string?: string; readonly flag?: string; readonly tuple?: string }>();
  while (rest.trim() !== '') {
    if (/^\s*'descr'\s*:\s*\[/.test(rest)) {
      throw bad(name, 'it holds records with named fields', 'save one plain array for each field');
    }
    const match = field.exec(rest);
    const key = match?.[1];
    if (match === null || key === undefined || found.has(key)) throw damaged(name);
    const [, , string, flag, tuple] = match as (string | undefined)[];
    found.set(key, {
      ...(string === undefined ? {} : { string }),
      ...(flag === undefined ? {} : { flag }),
      ...(tuple === undefined ? {} : { tuple }),
    });
    rest = rest.slice(match[0].length);
  }
  const descr = found.get('descr')?.string;
  const flag = found.get('fortran_order')?.flag;
  const tuple = found.get('shape')?.tuple;
  if (descr === undefined || flag === undefined || tuple === undefined) throw damaged(name);
  return { descr, fortranOrder: flag === 'True', shape: extents(tuple, name) };
}

function extents(tuple: string, name: string): Shape {
  if (!/^\s*(\d+\s*,\s*)*(\d+\s*)?$/.test(tuple)) throw damaged(name);
  return tuple
    .split(',')
    .map((extent) => extent.trim())
    .filter((extent) => extent !== '')
    .map(Number);
}

/**
 * What stands before the values of an `.npy` file, NumPy's format version 1.0 (NumPy Enhancement Proposal 1): magic,
 * version, the length of the text, and the text, padded so that the values begin at a multiple of 64 bytes.
 *
 * @param descr byte order and type, e.g. `<f4`
 */
export function npyHeader(descr: string, shape: Shape): Uint8Array {
  // As Python writes tuples.
  const extents = shape.length === 1 ? `${shape.join()},` : shape.join(', ');
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${extents}), }`;
  const bytes = new Uint8Array(Math.ceil((writtenPreamble + text.length + 1) / 64) * 64);
  const length = bytes.length - writtenPreamble;
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0]);
  new DataView(bytes.buffer).setUint16(8, length, true);
  bytes.set(new TextEncoder().encode(`${text.padEnd(length - 1)}\n`), writtenPreamble);
  return bytes;
}

function damaged(name: string): ReverieError {
  return bad(name, 'its header is damaged', 'write it with numpy.save');
}

function bad(name: string, what: string, remedy: string): ReverieError {
  return new ReverieError('bad-data', `${name} cannot be read: ${what}; ${remedy}`);
}
