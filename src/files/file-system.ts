import { writeSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Whether an error came from the operating system, such as `ENOENT`. */
export function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'your disk quota is used up',
  EACCES: 'it cannot be written',
  EPERM: 'it cannot be written',
  EROFS: 'its file system is read-only',
  ENOTDIR: 'part of the path is a file',
  EEXIST: 'part of the path is a file',
};

/** Why a folder cannot be written into, in words; undefined for an error that says nothing of that. */
export function diskReason(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? reasons[String(error.code)] : undefined;
}

/** Whether there is a file at the path, or a link to one. */
export async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}

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
      // Where it is there by now, somebody else made it in between, and a second try shows.
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

/** Writes all of it; Node's own streams to files take a write that was cut short, as by a full disk, for a whole one. */
export function writeWhole(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
}
