import { availableParallelism } from 'node:os';

/**
 * Cores that engines of this process may use: those of the machine, or `REVERIE_THREADS` where several processes share them.
 * The number changes how long a computation takes, and no byte of what comes out.
 */
export function coresToUse(): number {
  const limit = Number(process.env['REVERIE_THREADS']);
  const cores = availableParallelism();
  return Number.isInteger(limit) && limit >= 1 ? Math.min(limit, cores) : cores;
}
