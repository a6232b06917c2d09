import { isReverieError, type ReverieError } from '../core/errors.js';

/** The ReverieError that `act` throws or rejects with; anything else fails the test. */
export async function captureError(act: () => unknown): Promise<ReverieError> {
  try {
    await act();
  } catch (error) {
    if (isReverieError(error)) return error;
    throw error;
  }
  throw new Error('expected a ReverieError, but nothing was thrown');
}
