import { messageOf } from '../core/errors.js';
import { diskReason } from '../files/file-system.js';
import { exitCodes } from './exit-codes.js';

/**
 * What is done where standard output or standard error takes no more. A reader that has gone is no failure and is met with
 * silence; anything else, such as a full disk, is said on stderr, because what was written is not whole.
 *
 * @param name `stdout` or `stderr`
 * @param code to end with where the reader has gone
 * @returns the exit code to end with
 */
export function reportBrokenOutput(
  name: string,
  error: unknown,
  code: number,
  stderr: { write(text: string): unknown },
): number {
  if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return code;
  if (name === 'stdout') {
    const reason = diskReason(error) ?? messageOf(error);
    try {
      stderr.write(`reverie: stdout cannot be written: ${reason}; what it holds is cut off, write to another place\n`);
    } catch {
      // It is of no more use; the exit code says it.
    }
  }
  return exitCodes.failed;
}
