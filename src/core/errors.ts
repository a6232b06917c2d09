/**
 * Every failure that reverie foresees is a {@link ReverieError}: a stable `code` for programs, a message for people.
 *
 * A message says what is wrong, where, what was expected and what to do. Codes, unlike `instanceof`, survive a worker
 * boundary and two copies of the package in one process.
 */

/** Origin of an error: `input` errors are in what was given, `run` errors happened while computing. */
export type ErrorKind = 'input' | 'run';

/** All error codes and the kind of each. The command line maps `input` to exit code 2 and `run` to 1. */
export const errorKinds = {
  'bad-usage': 'input',
  'bad-scenario': 'input',
  'bad-data': 'input',
  'bad-plugin': 'input',
  'bad-output': 'input',
  'bad-checkpoint': 'input',
  'bad-shape': 'input',
  'unknown-name': 'input',
  'engine-unavailable': 'input',
  diverged: 'run',
  'learner-failed': 'run',
  'observer-failed': 'run',
  'engine-failed': 'run',
  'trial-failed': 'run',
  'install-failed': 'run',
  'download-failed': 'run',
  disposed: 'run',
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorKinds;

/** The one error class of the package. */
export class ReverieError extends Error {
  override readonly name = 'ReverieError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Recognises a ReverieError by its code, also when it crossed a worker boundary or came from another copy. */
export function isReverieError(error: unknown): error is ReverieError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code in errorKinds;
}

/** What anything that was thrown has to say, as one string. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
