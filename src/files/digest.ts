import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { isGzip } from './read-limited.js';

/** SHA-256 of a file, in hexadecimal. */
export async function sha256Of(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 2 ** 20 }), hash, { signal });
  return hash.digest('hex');
}

/**
 * SHA-256 of what is in a file, in hexadecimal: unpacked where it is gzipped, so that it does not matter who packed it,
 * when and how. What is unpacked is not kept, however much it is.
 *
 * @returns undefined where it is a damaged gzip file
 */
export async function sha256OfContent(path: string, signal: AbortSignal): Promise<string | undefined> {
  if (!(await isGzipFile(path))) return sha256Of(path, signal);
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path, { highWaterMark: 2 ** 20 }), createGunzip(), hash, { signal });
    return hash.digest('hex');
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) return undefined;
    throw error;
  }
}

async function isGzipFile(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && isGzip(buffer);
  } finally {
    await file.close();
  }
}
