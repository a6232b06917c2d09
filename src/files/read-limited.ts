import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ReverieError, messageOf } from '../core/errors.js';

/** What is expected of a file that comes from outside. */
export interface Expected {
  /** Most bytes that are read, and most that are unpacked. */
  readonly maxBytes: number;
  /** What the file should be, e.g. `an IDX file`. */
  readonly what: string;
  /** What to do when it is something else, as the end of a sentence. */
  readonly remedy: string;
}

/**
 * Reads a file that comes from outside.
 *
 * @throws ReverieError `bad-data` when it cannot be read, is no file, or is too large
 */
export async function readLimited(file: string, { maxBytes, what, remedy }: Expected): Promise<Uint8Array> {
  const handle = await open(file, 'r').catch((cause: unknown) => {
    throw badData(`${file} cannot be read: ${messageOf(cause)}; expected ${what}; ${remedy}`, cause);
  });
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw badData(`${file} is not a file; expected ${what}; ${remedy}`);
    if (stat.size > maxBytes) {
      throw badData(`${file} has ${stat.size} bytes; expected at most ${maxBytes}; split the data set or ${remedy}`);
    }
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** Whether the bytes begin as a gzip file does (RFC 1952). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Unpacks a gzip file that was read.
 *
 * @param file its name, for messages
 * @throws ReverieError `bad-data` when it is damaged, or unpacks to too much
 */
export async function gunzipLimited(
  raw: Uint8Array,
  file: string,
  { maxBytes, what, remedy }: Expected,
): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(raw, { maxOutputLength: maxBytes });
  } catch (cause) {
    const tooLarge = cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
    const why = tooLarge ? `unpacks to more than ${maxBytes} bytes` : `is a damaged gzip file: ${messageOf(cause)}`;
    throw badData(`${file} ${why}; expected ${what}, gzipped; ${remedy}`, cause);
  }
}

function badData(message: string, cause?: unknown): ReverieError {
  return new ReverieError('bad-data', message, { cause });
}
