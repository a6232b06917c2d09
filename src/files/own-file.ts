import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { ReverieError } from '../core/errors.js';
import { kindOf } from './given-file.js';
import { badOutput } from './output-file.js';

// Windows has neither.
const { O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants as Partial<typeof constants>;

/**
 * Opens a file that this program writes piece by piece, to read it and to write at its end; makes it where it is missing.
 * A link is not followed, because what is written would end in a file that somebody else chose, and a pipe is not waited
 * for.
 *
 * @returns the file descriptor; the caller closes it
 * @throws ReverieError `bad-output` where something else than a regular file is in the way, or the file system refuses
 */
export function openOwnFile(path: string): number {
  const file = opened(path);
  const stat = fstatSync(file);
  if (stat.isFile()) return file;
  closeSync(file);
  throw new ReverieError(
    'bad-output',
    `cannot write ${path}: it is ${kindOf(stat)}, not a regular file; delete it, or choose another --out`,
  );
}

function opened(path: string): number {
  const { O_RDWR, O_CREAT, O_APPEND } = constants;
  try {
    return openSync(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK, 0o666);
  } catch (error) {
    throw badOutput(path, error);
  }
}
