import type { RunEvent } from './events.js';

/** Watches a run for its own ends: writes files, draws, sends on. It decides nothing of the outcome. */
export interface RunObserver {
  /** What messages call it; an observer that a scenario names is called by that name. */
  readonly name?: string;
  /**
   * Takes the next event, in order and before the next step of the run; a promise delays the run until it is settled. Of a
   * run that is resumed these are the events since, beginning with its `run-started`.
   */
  observe(event: RunEvent): void | Promise<void>;
  /** Frees what it holds, once the run has ended, however it did: completed, cancelled or failed. */
  close?(): void | Promise<void>;
}

/** What an observer is made from. */
export interface ObserverContext {
  /** Path of the run's directory, which is there; an observer that writes files writes them here. */
  readonly directory: string;
}
