import { Observable, lastValueFrom, share } from 'rxjs';
import { disposable, type Disposable } from '../core/disposable.js';
import type { RunEvent } from '../core/events.js';
import type { RunResult } from '../core/result.js';
import { executeRun } from './execute-run.js';
import { observedSession } from './observed-session.js';
import type { RunSetup } from './run-setup.js';

/** A run that can be watched, waited for, and cancelled. */
export interface RunHandle extends Disposable {
  /**
   * Everything that happens, to any number of subscribers; the first one starts the run, and who comes late has missed
   * what was before. It completes without `run-completed` where the run is cancelled, and fails as {@link runEvents} does.
   */
  readonly events$: Observable<RunEvent>;
  /** The result; undefined where the run was cancelled. Starts the run. @throws what the run fails with */
  result(): Promise<RunResult | undefined>;
  /** Ends the run after its present step; settled once the learner is disposed. What was saved stays to be resumed. */
  cancel(): Promise<void>;
  /** Frees what the run holds: {@link cancel}, if it has not ended. The engine is its composition's to dispose, afterwards. */
  dispose(): Promise<void>;
}

/** A run, once. */
export function run(setup: RunSetup): RunHandle {
  const cancelled = new AbortController();
  const stop = setup.stop === undefined ? cancelled.signal : AbortSignal.any([cancelled.signal, setup.stop]);
  let ended: Promise<unknown> = Promise.resolve();
  const source = new Observable<RunEvent>((subscriber) => {
    ended = new Promise<void>((resolve) => {
      runEvents({ ...setup, stop }).subscribe({
        next: (event) => {
          subscriber.next(event);
        },
        error: (error: unknown) => {
          subscriber.error(error);
          resolve();
        },
        complete: () => {
          subscriber.complete();
          resolve();
        },
      });
    });
  });
  const events$ = source.pipe(share({ resetOnComplete: false, resetOnError: false, resetOnRefCountZero: false }));
  const cancel = async (): Promise<void> => {
    cancelled.abort();
    await ended;
  };
  return disposable({
    events$,
    async result() {
      const last = await lastValueFrom(events$, { defaultValue: undefined });
      return last?.type === 'run-completed' ? last.result : undefined;
    },
    cancel,
    dispose: cancel,
  });
}

/**
 * A run as a cold stream of its events: subscribing makes learner and random streams and starts, and two subscriptions
 * are two independent runs with, the seed being the same, the same events.
 *
 * Order: `run-started`; `warning`s of its set-up; for each task `task-started`, what the learner emits, with `evaluated`
 * (within) after the `batch-trained` of every `evaluateEvery`-th iteration but the last, `evaluated` (end), `task-ended`,
 * `checkpoint-started` and `checkpoint-saved`, which also stand within tasks where the policy says so; then `warning`s, and
 * `run-completed` with the result.
 *
 * Unsubscribing cancels: the learner finishes its present step and is disposed, and the last checkpoint stays to resume
 * from. To know when that is done, abort `setup.stop` instead: the stream then completes without `run-completed`.
 *
 * Subscribers run synchronously between two steps of the learner; {@link import('./deliver-to.js').deliverTo} is for those
 * that take their time, and `setup.observers` for those that the run is to wait for. A subscriber whose `next` throws stops neither the run nor others: RxJS catches what it
 * threw and reports it apart, through `config.onUnhandledError` or else as an uncaught exception, which ends a Node
 * process that does not handle it. An exception inside an operator such as `tap`, however, is an error of the stream that
 * comes out of that operator, and cancels the run if nobody else is subscribed to it.
 *
 * The stream fails with a ReverieError: `diverged` for a loss that is not finite, `learner-failed` for any other exception
 * of the learner, `bad-checkpoint` where it cannot resume, `bad-output` where it cannot save, `bad-data` or `bad-scenario`
 * for tasks that cannot be measured or are not those announced.
 */
export function runEvents(setup: RunSetup): Observable<RunEvent> {
  return observedSession((signal) => executeRun(setup, signal), setup.stop);
}
