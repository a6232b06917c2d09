import { createWriteStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { pipeline as pipelined, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import { ReverieError } from '../core/errors.js';
import { crc32 } from './crc32.js';
import { givenPieces, withGiven, type Expected } from './given-file.js';

/** A file in a zip archive. */
export interface ZipEntry {
  /** Path with forward slashes, relative, without `..`. */
  readonly name: string;
  /** Bytes when unpacked. */
  readonly size: number;
  readonly compressedSize: number;
  readonly deflated: boolean;
  /** CRC-32 of the content. */
  readonly crc: number;
  /** Where its local header begins. */
  readonly offset: number;
}

const expected: Expected = { what: 'a zip archive', remedy: 'get it again' };
const limits = { directoryBytes: 64 * 2 ** 20, entries: 60_000 };
const endSize = 22;
const longestComment = 0xffff;

/**
 * The files in a zip archive (PKWARE APPNOTE 6.3: end record, then central directory), folders left out. Only what
 * Python's wheels and NumPy's .npz files are made of is read: stored and deflated files below 4 GiB. All entries are checked before any is given out.
 *
 * @throws bad-data where it is no such archive, an entry leads out of the folder, is a link, is encrypted or is there
 * twice, or there are more files than is sensible
 */
export function readZip(path: string): Promise<readonly ZipEntry[]> {
  return withGiven(path, expected, async ({ handle, size }) => {
    const tail = await bytesAt(handle, Math.max(0, size - endSize - longestComment), size);
    const end = tail.lastIndexOf('PK\u0005\u0006', undefined, 'latin1');
    if (end < 0 || end + endSize > tail.length) throw bad(path, 'it does not end as a zip archive does');
    const count = tail.readUInt16LE(end + 10);
    const length = tail.readUInt32LE(end + 12);
    const start = tail.readUInt32LE(end + 16);
    if (count > limits.entries || length > limits.directoryBytes)
      throw bad(path, `it has more than ${limits.entries} files`);
    if (start + length > size) throw bad(path, 'its directory lies beyond its end; it may have been cut off');
    return entriesIn(await bytesAt(handle, start, start + length), count, path);
  });
}

function entriesIn(directory: Buffer, count: number, path: string): readonly ZipEntry[] {
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== 0x02014b50)
      throw bad(path, 'its directory is damaged');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => directory.readUInt16LE(at + field));
    const next = at + 46 + (nameLength ?? 0);
    const name = directory.toString('utf8', at + 46, next);
    const flags = directory.readUInt16LE(at + 8);
    const method = directory.readUInt16LE(at + 10);
    const [compressedSize = 0, size = 0] = [20, 24].map((field) => directory.readUInt32LE(at + field));
    const crc = directory.readUInt32LE(at + 16);
    const offset = directory.readUInt32LE(at + 42);
    const unixMode = directory.readUInt32LE(at + 38) >>> 16;
    checkName(name, path);
    if ((unixMode & 0o170000) === 0o120000) throw bad(path, `"${name}" is a link`);
    if ((flags & 1) !== 0) throw bad(path, `"${name}" is encrypted`);
    if (method !== 0 && method !== 8) throw bad(path, `"${name}" is packed in a way that is not known (${method})`);
    if ([compressedSize, size, offset].includes(0xffffffff)) throw bad(path, `"${name}" has 4 GiB or more`);
    if (entries.has(name)) throw bad(path, `"${name}" is in it twice`);
    entries.set(name, { name, size, compressedSize, deflated: method === 8, crc, offset });
    at = next + (extraLength ?? 0) + (commentLength ?? 0);
  }
  return [...entries.values()].filter(({ name }) => !name.endsWith('/'));
}

function checkName(name: string, path: string): void {
  const parts = name.replace(/\/$/, '').split('/');
  const strange = /[\\:\u0000-\u001f]/.test(name) || parts.some((part) => part === '' || part === '.' || part === '..');
  if (strange) throw bad(path, `${JSON.stringify(name)} is no path inside it`);
}

/**
 * Unpacks one file into a new one, piece by piece, and makes sure that it reaches the disk.
 *
 * @param target must not exist
 * @param bytes is given each piece's length
 * @throws bad-data where it is not as large as the directory says, or damaged
 */
export async function extract(
  path: string,
  entry: ZipEntry,
  target: string,
  mode: number,
  { signal, bytes }: { readonly signal: AbortSignal; readonly bytes: (count: number) => void },
): Promise<void> {
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const piece of unpacked(path, entry)) {
      bytes(piece.length);
      yield piece;
    }
  };
  await pipeline(counted(), createWriteStream(target, { flags: 'wx', mode, flush: true }), { signal });
}

/**
 * The content of one file, piece by piece; never more than its directory says.
 *
 * @throws bad-data where it is not as large as the directory says, or damaged
 */
export async function* unpacked(
  path: string,
  { name, size, compressedSize, deflated, crc, offset }: ZipEntry,
): AsyncGenerator<Buffer> {
  const start = await dataStart(path, offset, name);
  const stored =
    compressedSize === 0
      ? Readable.from([])
      : Readable.from(givenPieces(path, expected, { start, bytes: compressedSize }));
  // A failure of reading must reach whoever waits for what is inflated.
  const source: Readable =
    deflated && compressedSize > 0
      ? pipelined(stored, createInflateRaw({ chunkSize: 2 ** 18 }), () => undefined)
      : stored;
  let written = 0;
  let sum = 0;
  try {
    for await (const piece of source as AsyncIterable<Buffer>) {
      written += piece.length;
      if (written > size) throw bad(path, `"${name}" is larger than its directory says`);
      sum = crc32(piece, sum);
      yield piece;
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw code.startsWith('Z_') ? bad(path, `"${name}" is damaged`, error) : error;
  }
  if (written !== size) throw bad(path, `"${name}" has ${written} bytes, its directory says ${size}`);
  if (sum !== crc) throw bad(path, `"${name}" is damaged: its checksum is another`);
}

function dataStart(path: string, offset: number, name: string): Promise<number> {
  return withGiven(path, expected, async ({ handle }) => {
    const header = await bytesAt(handle, offset, offset + 30);
    if (header.length < 30 || header.readUInt32LE(0) !== 0x04034b50)
      throw bad(path, `"${name}" is not where it should be`);
    return offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  });
}

async function bytesAt(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const buffer = Buffer.alloc(end - start);
  const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
  return buffer.subarray(0, bytesRead);
}

function bad(path: string, what: string, cause?: unknown): ReverieError {
  return new ReverieError('bad-data', `${path} cannot be used: ${what}; get it again`, { cause });
}
