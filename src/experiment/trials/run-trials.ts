import { concat, concatMap, from, of } from 'rxjs';
import type { Observable } from 'rxjs';
import type { Trial } from '../../core/trial.js';
import type { TrialKind } from './trial-kind.js';
import type { OpenedTrial, TrialEvent, TrialRunner, TrialRunnerOptions } from './trial-runner.js';
import type { StoredTrial, TrialStore } from './trial-store.js';

/** A trial that an earlier session finished. */
export interface FinishedTrial<Result> {
  readonly trial: Trial;
  readonly stored: StoredTrial<Result>;
}

/** Trials that can start: those that are finished, and those that are to be run with their directories. */
export type PlannedTrial<Result> = FinishedTrial<Result> | OpenedTrial<Result>;

/** What becomes of trials, with those of an earlier session first. */
export type TrialsEvent<Event, Result> =
  TrialEvent<Event, Result> | { readonly type: 'trial-kept'; readonly trial: Trial; readonly result: Result };

/**
 * Looks for what is finished, and only then opens directories for what is not: a damaged or foreign result is known before
 * anything is made.
 *
 * @throws what the store throws
 */
export async function planTrials<Result>(
  trials: readonly Trial[],
  store: TrialStore<Result>,
): Promise<readonly PlannedTrial<Result>[]> {
  const found = new Map<Trial, StoredTrial<Result>>();
  for (const trial of trials) {
    const stored = await store.find(trial);
    if (stored !== undefined) found.set(trial, stored);
  }
  const planned: PlannedTrial<Result>[] = [];
  for (const trial of trials) {
    const stored = found.get(trial);
    planned.push(stored === undefined ? { trial, directory: await store.open(trial) } : { trial, stored });
  }
  return planned;
}

/**
 * Runs what is not finished, and keeps each result: `trial-completed` comes once it is safe. A result that cannot be kept
 * is a failure of its trial.
 */
export function runTrials<Spec, Event, Result>(
  kind: TrialKind<Spec, Event, Result>,
  planned: readonly PlannedTrial<Result>[],
  runner: TrialRunner,
  options: TrialRunnerOptions,
): Observable<TrialsEvent<Event, Result>> {
  const finished = planned.filter((one) => 'stored' in one);
  const opened = planned.filter((one) => 'directory' in one);
  const directories = new Map(opened.map(({ trial, directory }) => [trial.digest, directory]));
  const save = async (event: TrialEvent<Event, Result> & { type: 'trial-completed' }) => {
    try {
      await directories.get(event.trial.digest)?.save(event.result);
      return event;
    } catch (error) {
      return { type: 'trial-failed', trial: event.trial, error } as const;
    }
  };
  return concat(
    from(finished.map(({ trial, stored }) => ({ type: 'trial-kept', trial, result: stored.result }) as const)),
    runner
      .run(kind, opened, options)
      .pipe(concatMap((event) => (event.type === 'trial-completed' ? from(save(event)) : of(event)))),
  );
}
