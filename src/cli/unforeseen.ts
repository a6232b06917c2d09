import { isReverieError } from '../core/errors.js';
import { reportFailure, shownMessage } from './failure.js';
import { exitCodes } from './exit-codes.js';
import type { CliContext } from './cli-context.js';

/**
 * What is said of an error that reached nobody: a promise that was rejected after whoever made it had returned, or an error
 * thrown in a callback. Node would print its stack and end.
 *
 * @param plugIns whether code of the user's is loaded, where such an error most likely comes from
 * @returns the exit code to end with
 */
export function reportUnforeseen(error: unknown, plugIns: boolean, context: Pick<CliContext, 'err' | 'debug'>): number {
  if (!plugIns || isReverieError(error)) return reportFailure(error, context);
  context.err.write(
    `reverie: an error that nobody caught: ${shownMessage(error)}; look in the plug-in for a promise that is not waited for, ` +
      'with REVERIE_DEBUG=1 the same command shows where\n',
  );
  if (context.debug && error instanceof Error) context.err.write(`${error.stack ?? ''}\n`);
  return exitCodes.failed;
}
