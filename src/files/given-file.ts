import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { ReverieError, messageOf, type ErrorCode } from '../core/errors.js';
import { isSystemError } from './file-system.js';

/** What is expected of a file that comes from outside. */
export interface Expected {
  /** Most bytes that are read; any number if not given. */
  readonly maxBytes?: number;
  /** What the file should be, e.g. `an IDX file`. */
  readonly what: string;
  /** What to do when it is something else, as the end of a sentence. */
  readonly remedy: string;
  /** Code of the error; `bad-data` if not given. */
  readonly code?: ErrorCode;
}

/** A file that was opened for reading; whoever opened it closes it. */
interface GivenFile {
  readonly handle: FileHandle;
  /** Bytes; what the system says of itself, as below /proc, has 0 here and some when it is read. */
  readonly size: number;
}

// Windows has neither.
const { O_NONBLOCK = 0 } = constants as Partial<typeof constants>;

const pieceBytes = 2 ** 20;

/** Bytes of one read: systems give less than 2 GiB. */
const mostAtOnce = 2 ** 30;

/**
 * Opens a file whose path comes from outside; all that reads such a file comes through here, because `open` alone waits
 * for ever at a pipe that nobody writes to, and because what is read of a device does not end. What was opened is looked
 * at, not the path, which may lead elsewhere the next moment. Links are followed.
 *
 * @throws ReverieError of the expected code where it cannot be read, is no regular file, or is too large
 */
async function openGiven(path: string, expected: Expected): Promise<GivenFile> {
  const handle = await open(path, constants.O_RDONLY | O_NONBLOCK).catch((cause: unknown) => {
    throw unreadable(path, expected, cause);
  });
  try {
    const stat = await handle.stat();
    checkStat(path, stat, expected);
    return { handle, size: stat.size };
  } catch (error) {
    await handle.close();
    throw unreadable(path, expected, error);
  }
}

/** Does something with a file that comes from outside, and closes it. @throws as {@link openGiven}, also for a read that fails */
export async function withGiven<T>(path: string, expected: Expected, use: (file: GivenFile) => Promise<T>): Promise<T> {
  const file = await openGiven(path, expected);
  try {
    return await use(file);
  } catch (error) {
    throw unreadable(path, expected, error);
  } finally {
    await file.handle.close();
  }
}

/** A file that comes from outside, whole. @throws as {@link withGiven} */
export async function readGiven(path: string, expected: Expected): Promise<Buffer> {
  return withGiven(path, expected, async ({ handle, size }) => {
    const { maxBytes = Infinity } = expected;
    // One byte more than there should be shows that a file has grown, or did not say its size.
    let buffer = Buffer.allocUnsafeSlow(size === 0 ? Math.min(pieceBytes, maxBytes + 1) : size + 1);
    let done = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, done, Math.min(mostAtOnce, buffer.length - done), done);
      done += bytesRead;
      if (done > maxBytes) throw tooLarge(path, `more than ${maxBytes}`, expected);
      if (bytesRead === 0) return buffer.subarray(0, done);
      if (done < buffer.length) continue;
      const larger = Buffer.allocUnsafeSlow(2 * buffer.length);
      buffer.copy(larger);
      buffer = larger;
    }
  });
}

/** As {@link readGiven}, at once; for small files of what this program keeps in a cache. */
export function readGivenSync(path: string, expected: Expected): Buffer {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | O_NONBLOCK);
    checkStat(path, fstatSync(file), expected);
    return readFileSync(file);
  } catch (error) {
    throw unreadable(path, expected, error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/**
 * The bytes of a file that comes from outside, piece by piece; the pieces are the caller's to keep.
 *
 * @param range first byte, and how many; the whole file if not given
 * @throws as {@link withGiven}
 */
export async function* givenPieces(
  path: string,
  expected: Expected,
  { start = 0, bytes = Infinity }: { readonly start?: number; readonly bytes?: number } = {},
): AsyncGenerator<Buffer> {
  const { handle, size } = await openGiven(path, expected);
  const { maxBytes = Infinity } = expected;
  try {
    let done = 0;
    while (done < bytes) {
      // One byte more than there should be shows that a file has grown, or did not say its size.
      const wanted = Math.min(pieceBytes, bytes - done, Math.max(size - start - done, 0) + 1, maxBytes - done + 1);
      const piece = Buffer.allocUnsafeSlow(size === 0 ? Math.min(pieceBytes, maxBytes - done + 1) : wanted);
      const { bytesRead } = await handle.read(piece, 0, piece.length, start + done);
      if (bytesRead === 0) return;
      done += bytesRead;
      if (done > maxBytes) throw tooLarge(path, `more than ${maxBytes}`, expected);
      yield piece.subarray(0, bytesRead);
    }
  } catch (error) {
    throw unreadable(path, expected, error);
  } finally {
    await handle.close();
  }
}

/** Whether an error of these functions says that there is no such file. */
export function isMissing(error: unknown): boolean {
  const cause = error instanceof ReverieError ? error.cause : error;
  return isSystemError(cause) && cause.code === 'ENOENT';
}

/** What something that is no regular file is, in words. */
export function kindOf(stat: Stats): string {
  if (stat.isDirectory()) return 'a folder';
  if (stat.isFIFO()) return 'a pipe';
  if (stat.isSocket()) return 'a socket';
  return stat.isSymbolicLink() ? 'a link' : 'a device';
}

function checkStat(path: string, stat: Stats, expected: Expected): void {
  if (!stat.isFile()) throw refused(path, `is ${kindOf(stat)}, not a regular file`, expected);
  const { maxBytes = Infinity } = expected;
  if (stat.size > maxBytes) throw tooLarge(path, `${stat.size}`, expected);
}

function tooLarge(path: string, bytes: string, expected: Expected): ReverieError {
  return refused(path, `has ${bytes} bytes, expected at most ${expected.maxBytes ?? Infinity}`, expected);
}

/** An error of the file system in a sentence; any other as it is. */
function unreadable(path: string, expected: Expected, error: unknown): unknown {
  return isSystemError(error) ? refused(path, `cannot be read: ${messageOf(error)}`, expected, error) : error;
}

function refused(path: string, problem: string, { what, remedy, code }: Expected, cause?: unknown): ReverieError {
  return new ReverieError(code ?? 'bad-data', `${path} ${problem}; expected ${what}; ${remedy}`, { cause });
}
