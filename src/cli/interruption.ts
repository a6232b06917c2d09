import { exitCodes } from './exit-codes.js';
import type { CliContext } from './cli-context.js';

/** What of `process` is needed to be interrupted. */
export interface Interruptible {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  exit(code: number): void;
}

/**
 * Milliseconds. Ctrl-C reaches every process of a terminal, and npm passes it on once more: what follows this soon is the
 * same wish, not a second one.
 */
const sameWish = 500;

/**
 * Makes {@link CliContext.onInterrupt}: the first SIGINT or SIGTERM is passed to the listener, and a second one, from
 * whoever does not want to wait for the end of a step, ends the process. Files are complete at every moment.
 *
 * @param notice shows the user that the first one was heard
 * @param clock milliseconds from any beginning
 */
export function interruption(
  target: Interruptible,
  notice: () => void,
  clock: () => number,
): CliContext['onInterrupt'] {
  return (listener) => {
    let asked: number | undefined;
    const stop = (): void => {
      if (asked !== undefined) {
        if (clock() - asked >= sameWish) target.exit(exitCodes.interrupted);
        return;
      }
      asked = clock();
      notice();
      listener();
    };
    const signals = ['SIGINT', 'SIGTERM'] as const;
    for (const signal of signals) target.on(signal, stop);
    return () => {
      for (const signal of signals) target.off(signal, stop);
    };
  };
}
