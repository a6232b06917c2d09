import type { RunEvent } from '../../core/events.js';

/** How a run ended. */
export type RunEnd = 'completed' | 'failed' | 'stopped';

/** Shows how runs get on; several may be under way. Runs are known by their names, e.g. `rehearsal, seed 2`. */
export interface RunDisplay {
  progressed(run: string, event: RunEvent): void;
  ended(run: string, how: RunEnd): void;
  /** No run is under way any more. */
  close(): Promise<void>;
}

/** Shows nothing. */
export const noDisplay: RunDisplay = {
  progressed: () => undefined,
  ended: () => undefined,
  close: () => Promise.resolve(),
};
