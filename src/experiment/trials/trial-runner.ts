import { from, mergeMap, Observable, of } from 'rxjs';
import type { Trial } from '../../core/trial.js';
import type { TrialContext, TrialKind } from './trial-kind.js';
import type { TrialDirectory } from './trial-store.js';

/** A trial and the directory that it is run in. */
export interface OpenedTrial<Result> {
  readonly trial: Trial;
  readonly directory: TrialDirectory<Result>;
}

/**
 * What happens to trials. Each trial ends with exactly one of `trial-completed`, `trial-failed` and `trial-stopped`; one
 * that was stopped before it began has no other event.
 */
export type TrialEvent<Event, Result> =
  | { readonly type: 'trial-started'; readonly trial: Trial }
  | { readonly type: 'trial-progressed'; readonly trial: Trial; readonly event: Event }
  | { readonly type: 'trial-completed'; readonly trial: Trial; readonly result: Result }
  | { readonly type: 'trial-failed'; readonly trial: Trial; readonly error: unknown }
  | { readonly type: 'trial-stopped'; readonly trial: Trial };

export interface TrialRunnerOptions {
  /** Trials at a time, at least 1. They start in the order in which they are given. */
  readonly concurrency: number;
  /** Aborting it stops running trials after their present step, and starts no other; the stream then completes. */
  readonly signal: AbortSignal;
}

/**
 * Runs trials, here or elsewhere. The stream is cold, and fails only where the runner itself does: what a trial fails with
 * is an event, so that the others are not lost. Unsubscribing cancels as the signal does.
 */
export interface TrialRunner {
  run<Spec, Event, Result>(
    kind: TrialKind<Spec, Event, Result>,
    trials: readonly OpenedTrial<Result>[],
    options: TrialRunnerOptions,
  ): Observable<TrialEvent<Event, Result>>;
}

/** Runs trials in this process. Several at a time take turns, which is of use only where they wait. */
export const inProcessRunner: TrialRunner = {
  run<Spec, Event, Result>(
    kind: TrialKind<Spec, Event, Result>,
    trials: readonly OpenedTrial<Result>[],
    { concurrency, signal }: TrialRunnerOptions,
  ): Observable<TrialEvent<Event, Result>> {
    const execute = ({ trial, directory: { path, resume } }: OpenedTrial<Result>) =>
      oneTrial<Event, Result>(trial, signal, (stop, report) =>
        executeTrial(kind, trial, { directory: path, resume, signal: stop }, report),
      );
    return from(trials).pipe(mergeMap(execute, concurrency));
  },
};

/**
 * The events of one trial, however it is executed.
 *
 * @param execute gives its result, or undefined where it was stopped by its signal
 */
export function oneTrial<Event, Result>(
  trial: Trial,
  stop: AbortSignal,
  execute: (signal: AbortSignal, report: (event: Event) => void) => Promise<Result | undefined>,
): Observable<TrialEvent<Event, Result>> {
  if (stop.aborted) return of({ type: 'trial-stopped', trial });
  return new Observable((subscriber) => {
    const cancelled = new AbortController();
    const ending = async (): Promise<TrialEvent<Event, Result>> => {
      try {
        const result = await execute(AbortSignal.any([stop, cancelled.signal]), (event) => {
          subscriber.next({ type: 'trial-progressed', trial, event });
        });
        return result === undefined ? { type: 'trial-stopped', trial } : { type: 'trial-completed', trial, result };
      } catch (error) {
        return { type: 'trial-failed', trial, error };
      }
    };
    subscriber.next({ type: 'trial-started', trial });
    void ending().then((event) => {
      subscriber.next(event);
      subscriber.complete();
    });
    return () => {
      cancelled.abort();
    };
  });
}

/**
 * Runs a trial to its end, or to the end of the step in which the context's signal is aborted.
 *
 * @returns its result; undefined where it was stopped
 * @throws what it fails with
 */
export async function executeTrial<Spec, Event, Result>(
  kind: TrialKind<Spec, Event, Result>,
  trial: Trial,
  context: TrialContext,
  report: (event: Event) => void,
): Promise<Result | undefined> {
  const events = kind.run(kind.spec.parse(trial.spec), trial.seed, context);
  for (;;) {
    const step = await events.next();
    if (step.done === true) return step.value;
    report(step.value);
    if (context.signal.aborted) {
      // Waits for what the trial holds to be closed and disposed.
      await events.return(undefined);
      return undefined;
    }
  }
}
