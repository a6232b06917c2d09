import type { RunEvent } from '../../core/events.js';

/** One run, as far as a display needs to know it. */
export interface DisplayedRun {
  readonly learner: string;
  /** Does the run. `tell` gets its events; `completed` is false where it was interrupted. */
  perform(tell: (event: RunEvent) => void): Promise<{ readonly completed: boolean }>;
}

/** Performs runs one after the other until one is interrupted or fails, and shows how they get on. */
export type Display = (runs: readonly DisplayedRun[]) => Promise<void>;

/** Shows nothing. */
export const noDisplay: Display = async (runs) => {
  for (const run of runs) {
    const { completed } = await run.perform(() => undefined);
    if (!completed) return;
  }
};
