import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { givenPieces, withGiven, type Expected } from './given-file.js';
import { isGzip } from './gunzip-limited.js';

const expected: Expected = { what: 'a file to take the digest of', remedy: 'take it away, or get it again' };

/** SHA-256 of a file, in hexadecimal. */
export async function sha256Of(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(givenPieces(path, expected), hash, { signal });
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
    await pipeline(givenPieces(path, expected), createGunzip(), hash, { signal });
    return hash.digest('hex');
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) return undefined;
    throw error;
  }
}

function isGzipFile(path: string): Promise<boolean> {
  return withGiven(path, expected, async ({ handle }) => {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && isGzip(buffer);
  });
}
