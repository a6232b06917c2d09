import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ReverieError, messageOf } from '../core/errors.js';
import type { Expected } from './given-file.js';

/** Whether the bytes begin as a gzip file does (RFC 1952). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Unpacks a gzip file that was read.
 *
 * @param file its name, for messages
 * @param expected `maxBytes` bounds what is unpacked
 * @throws ReverieError `bad-data` when it is damaged, or unpacks to too much
 */
export async function gunzipLimited(
  raw: Uint8Array,
  file: string,
  { maxBytes, what, remedy }: Expected & { readonly maxBytes: number },
): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(raw, { maxOutputLength: maxBytes });
  } catch (cause) {
    const tooLarge = cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
    const why = tooLarge ? `unpacks to more than ${maxBytes} bytes` : `is a damaged gzip file: ${messageOf(cause)}`;
    throw new ReverieError('bad-data', `${file} ${why}; expected ${what}, gzipped; ${remedy}`, { cause });
  }
}
