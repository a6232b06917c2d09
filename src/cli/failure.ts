import { isReverieError, messageOf } from '../core/errors.js';
import { escapeControls } from '../core/printable.js';
import { exitCodeOf, type ExitCode } from './exit-codes.js';
import type { CliContext } from './cli-context.js';

/** Characters of a message; an unexpected one may hold whatever was computed. */
const longestMessage = 100_000;

/** What an error says, in its own words; names of files and the like do not rule the terminal. */
export function failureText(error: unknown): string {
  return `${isReverieError(error) || isOfFiles(error) ? '' : 'unexpected error: '}${shownMessage(error)}`;
}

/** The message of an error, fit for a terminal. */
export function shownMessage(error: unknown): string {
  if (isOfFiles(error)) {
    return 'too many files are open for this system; raise the limit, e.g. with ulimit -n 1024, and call reverie again';
  }
  return escapeControls(messageOf(error).slice(0, longestMessage), '\n');
}

/** Whether no more files may be open: of the system's limits, and nothing unexpected. */
function isOfFiles(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE');
}

/** Reports an error on stderr; the stack is for those who ask for it. */
export function reportFailure(error: unknown, { err, debug }: Pick<CliContext, 'err' | 'debug'>): ExitCode {
  err.write(`reverie: ${failureText(error)}\n`);
  if (debug && error instanceof Error) {
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) err.write(`${cause.stack ?? ''}\n`);
  } else if (!isReverieError(error) && !isOfFiles(error)) {
    err.write('This should not happen; with REVERIE_DEBUG=1 the same command shows where it did.\n');
  }
  return exitCodeOf(error);
}
