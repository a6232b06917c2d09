import { access, constants, mkdir, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ReverieError } from '../core/errors.js';
import { isSystemError, makeDirectory } from '../files/file-system.js';
import { badOutput } from '../files/output-file.js';

/** A directory of its own for what is kept under a name. */
export interface NumberedDirectory {
  readonly path: string;
  /** Whether it was made just now. */
  readonly isNew: boolean;
}

/**
 * Makes a directory `<out>/<base>`, and never touches what is there: where the name is taken, it is `<base>.2`, `<base>.3`
 * and so on. With `resume` it is the newest of these, if there is any.
 *
 * @param out made if missing
 * @throws ReverieError `bad-output` where `out` is a file or may not be written
 */
export async function openNumberedDirectory(out: string, base: string, resume: boolean): Promise<NumberedDirectory> {
  const [path] = await numberedDirectories(out, base);
  if (resume && path !== undefined) return { path, isNew: false };
  const newest = path === undefined ? 0 : (numberOf(basename(path), base) ?? 0);
  return { path: await claim(out, base, newest + 1), isNew: true };
}

/** The directories that have been made for a name, newest first. */
export async function numberedDirectories(out: string, base: string): Promise<readonly string[]> {
  await makeWritable(out);
  const numbers = (await readdir(out)).flatMap((entry) => numberOf(entry, base) ?? []);
  return numbers.sort((a, b) => b - a).map((number) => join(out, numbered(base, number)));
}

/** A name for a directory; what could lead elsewhere or trouble a file system becomes a dash. */
export function directoryName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^\.+/, '-');
}

/**
 * Makes a directory if it is missing, and makes sure that it may be written.
 *
 * @throws ReverieError `bad-output`
 */
export async function makeWritable(path: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined;
    throw badOutput(path, error);
  });
  if (found !== undefined && !found.isDirectory()) {
    throw new ReverieError(
      'bad-output',
      `cannot write to ${path}: it is a file, expected a directory; choose another --out`,
    );
  }
  try {
    await makeDirectory(path);
    await access(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw badOutput(path, error);
  }
}

/** Makes the first free directory. `mkdir` fails for what is there, so that two runs at once never share one. */
async function claim(out: string, base: string, first: number): Promise<string> {
  for (let number = first; ; number++) {
    const path = join(out, numbered(base, number));
    try {
      await mkdir(path);
      return path;
    } catch (error) {
      if (!isSystemError(error) || error.code !== 'EEXIST') throw badOutput(path, error);
    }
  }
}

function numbered(base: string, number: number): string {
  return number === 1 ? base : `${base}.${number}`;
}

function numberOf(entry: string, base: string): number | undefined {
  if (entry === base) return 1;
  const digits = entry.startsWith(`${base}.`) ? entry.slice(base.length + 1) : '';
  return /^[1-9]\d{0,8}$/.test(digits) && digits !== '1' ? Number(digits) : undefined;
}
