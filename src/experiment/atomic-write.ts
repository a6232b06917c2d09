import { open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { badOutput } from './bad-output.js';

/**
 * Writes a file so that at every moment, a power cut included, the path holds either what it held before or the whole
 * new content: a temporary file beside it is written, forced to disk, and renamed over it.
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
    const file = await open(temporary, 'w');
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
