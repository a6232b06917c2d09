import { errorKinds, isReverieError } from '../core/errors.js';

/** What the process ends with; part of what users build scripts upon. */
export const exitCodes = { success: 0, failed: 1, badInput: 2, interrupted: 130 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The exit code for an error, by whether the input or the run is its origin. */
export function exitCodeOf(error: unknown): ExitCode {
  return isReverieError(error) && errorKinds[error.code] === 'input' ? exitCodes.badInput : exitCodes.failed;
}

/** For `--help`. */
export const exitCodesHelp = `
Exit codes:
  0    all went well
  1    a run, an installation or a download failed: the loss diverged, a learner broke, or something unexpected happened;
       or what was to be printed could not be written
  2    bad usage or bad input; nothing was run
  130  interrupted: the last checkpoint is kept, --resume goes on from it
`;
