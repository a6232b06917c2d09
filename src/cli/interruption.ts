import { exitCodes } from './exit-codes.js';
import type { Surroundings } from './surroundings.js';

/** What of `process` is needed to be interrupted. */
export interface Interruptible {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  exit(code: number): void;
}

/**
 * Makes {@link Surroundings.onInterrupt}: the first SIGINT or SIGTERM is passed to the listener, and a second one, from
 * whoever does not want to wait for the end of a step, ends the process. Files are complete at every moment.
 *
 * @param notice tells the user that the first one was heard
 */
export function interruption(target: Interruptible, notice: () => void): Surroundings['onInterrupt'] {
  return (listener) => {
    let asked = false;
    const stop = (): void => {
      if (asked) {
        target.exit(exitCodes.interrupted);
        return;
      }
      asked = true;
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
