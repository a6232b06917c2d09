import { z } from 'zod';
import { ReverieError } from '../../../src/core/errors.js';
import type { TrialKind } from '../../../src/experiment/trials/trial-kind.js';

export interface CountingSpec {
  readonly to: number;
  readonly failsAt?: number | undefined;
  /** Ends its process at this count, as running out of memory does. */
  readonly killedAt?: number | undefined;
  readonly milliseconds?: number | undefined;
}

export interface Counted {
  readonly count: number;
}

export interface CountingResult {
  readonly sum: number;
  readonly mean: number;
}

/** Adds up the numbers from the seed on: a trial whose result is known. */
export const counting: TrialKind<CountingSpec, Counted, CountingResult> = {
  name: 'counting',
  spec: z.object({
    to: z.int(),
    failsAt: z.int().optional(),
    killedAt: z.int().optional(),
    milliseconds: z.number().optional(),
  }),
  result: z.object({ sum: z.number(), mean: z.number() }),
  async *run({ to, failsAt, killedAt, milliseconds = 0 }, seed, { signal }) {
    let sum = 0;
    for (let count = 1; count <= to; count++) {
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      if (signal.aborted) return undefined;
      if (count === failsAt) throw new ReverieError('diverged', `the count is ${count}`);
      if (count === killedAt) process.kill(process.pid, 'SIGKILL');
      sum += seed + count / 3;
      yield { count };
    }
    return { sum, mean: sum / to };
  },
  measurements: ({ sum }) => [{ name: 'sum', value: sum, definition: 'of seed + count / 3' }],
};
