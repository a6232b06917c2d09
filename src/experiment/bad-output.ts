import { ReverieError, messageOf } from '../core/errors.js';

const remedies: Readonly<Record<string, string>> = {
  EACCES: 'you may not write there; choose another --out',
  EPERM: 'you may not write there; choose another --out',
  EROFS: 'the file system is read-only; choose another --out',
  ENOTDIR: 'part of the path is a file, expected a directory; choose another --out',
  EEXIST: 'something of that name is in the way; choose another --out',
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

/** Whether an error came from the operating system, such as `ENOENT`. */
export function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}
