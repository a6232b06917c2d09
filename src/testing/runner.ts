import { ReverieError, isReverieError } from '../core/errors.js';

/** What a test runner offers as globals: Mocha, and Jest and Vitest where they do. */
interface Runner {
  readonly describe: (title: string, body: () => void) => void;
  readonly it: (title: string, body: () => void | Promise<void>) => void;
  readonly before?: (body: () => Promise<void>) => void;
  /** What Jest and Vitest call it. */
  readonly beforeAll?: (body: () => Promise<void>) => void;
}

function runner(): Runner {
  const globals: unknown = globalThis;
  const found = globals as Partial<Runner>;
  if (found.describe !== undefined && found.it !== undefined) return found as Runner;
  throw new ReverieError(
    'bad-usage',
    'the contracts of reverie/testing need describe and it as globals; run them with mocha, or vitest --globals',
  );
}

export function describe(title: string, body: () => void): void {
  runner().describe(title, body);
}

export function it(title: string, body: () => void | Promise<void>): void {
  runner().it(title, body);
}

export function before(body: () => Promise<void>): void {
  const { before: own, beforeAll } = runner();
  (own ?? beforeAll)?.(body);
}

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
