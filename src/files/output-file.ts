import { access, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { messageOf, ReverieError } from '../core/errors.js';
import { isSystemError, makeDirectory } from './file-system.js';

const remedies: Readonly<Record<string, string>> = {
  EACCES: 'you may not write there; choose another --out',
  EPERM: 'you may not write there; choose another --out',
  EROFS: 'the file system is read-only; choose another --out',
  ENOTDIR: 'part of the path is a file, expected a directory; choose another --out',
  EEXIST: 'something of that name is in the way; choose another --out',
  ELOOP: 'a link of that name is in the way; delete it, or choose another --out',
  EISDIR: 'a directory of that name is in the way; choose another --out',
  ENOENT: 'its directory is not there, or takes nothing new; choose another --out',
  ENOSPC: 'the disk is full; make room, then go on with --resume',
  EDQUOT: 'your disk quota is used up; make room, then go on with --resume',
  ENAMETOOLONG: 'the name is too long; choose a shorter --out or scenario name',
};

/**
 * What a failed write is passed on as: an error of the file system becomes ReverieError `bad-output` with what to do,
 * anything else stays what it is.
 *
 * @param option that the path came from
 */
export function badOutput(path: string, cause: unknown, option = '--out'): unknown {
  if (!isSystemError(cause)) return cause;
  const remedy = remedies[cause.code] ?? `${messageOf(cause)}; choose another --out`;
  const message = `cannot write ${path}: ${remedy.replace('--out', option)}`;
  return new ReverieError('bad-output', message, { cause });
}

/**
 * Writes a file so that at every moment, a power cut included, the path holds either what it held before or the whole
 * new content: a temporary file next to it is written, forced to disk, and renamed over it.
 *
 * @param write writes the content; what it throws is passed on and leaves the path as it was
 * @param option that the path came from, for the message of an error; `--out` if not given
 * @throws ReverieError `bad-output` where the file system refuses
 */
export async function writeAtomically(
  path: string,
  write: (file: FileHandle) => Promise<void>,
  option?: string,
): Promise<void> {
  const temporary = join(dirname(path), `${temporaryPrefix}${process.pid}-${basename(path)}`);
  try {
    // Never through a link that somebody has put there.
    await rm(temporary, { force: true });
    const file = await open(temporary, 'wx');
    try {
      await write(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw badOutput(path, error, option);
  }
}

/** How names of temporary files begin: whatever a killed process left of them may be deleted. */
export const temporaryPrefix = '.partial-';

/** Makes the renaming itself last. Not every system can open a folder; there the rename is as safe as it gets. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

/**
 * Writes a file atomically; makes its directory where that is missing.
 *
 * @param option that named the file, for the message of an error
 * @throws ReverieError `bad-output` where the file system refuses
 */
export async function writeOutput(path: string, content: Uint8Array, option = '--out'): Promise<void> {
  await makeDirectory(dirname(path)).catch((error: unknown) => {
    throw badOutput(dirname(path), error, option);
  });
  await writeAtomically(path, (file) => file.writeFile(content), option);
}

/**
 * Makes sure that a file to be written is not there yet.
 *
 * @param option that named the file, for the message
 * @throws ReverieError `bad-output` where it is
 */
export async function refuseToReplace(path: string, option = '--out'): Promise<void> {
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (there) {
    throw new ReverieError('bad-output', `${path} is there already; give --force to replace it, or another ${option}`);
  }
}
