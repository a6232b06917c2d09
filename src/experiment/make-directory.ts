import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isSystemError } from './bad-output.js';

/**
 * Makes a directory and those above it that are missing. `mkdir` with `recursive` is not used because Node 20 never
 * returns from it where a file system answers ENOENT for good, as /proc does.
 */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === 'ENOENT' && dirname(path) !== path) {
      // Where it is there by now, somebody else made it in between, and a second try tells.
      if (!(await isDirectory(dirname(path)))) await makeDirectory(dirname(path));
      await makeLast(path);
    } else if (!(await isDirectory(path))) throw error;
  }
}

/** Its parent is there; somebody else may have been faster. */
async function makeLast(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (!(await isDirectory(path))) throw error;
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
