import { isReverieError, type ReverieError } from '../../src/core/errors.js';

/** The ReverieError that `act` fails with; fails itself when it does not, or with another error. */
export async function failureOf(act: () => unknown): Promise<ReverieError> {
  try {
    await act();
  } catch (error) {
    if (isReverieError(error)) return error;
    throw error;
  }
  throw new Error('expected a ReverieError, but nothing was thrown');
}
