import type { Observable } from 'rxjs';
import type { RunEvent } from '../core/events.js';
import { observedSession } from './observed-session.js';
import type { RunSetup } from './run-setup.js';
import { executeRun } from './execute-run.js';

/**
 * A run as a cold stream of its events: subscribing makes learner and random streams and starts, and two subscriptions
 * are two independent runs with, the seed being the same, the same events. `share()` it to watch one run from several
 * places.
 *
 * Order: `run-started`; `warning`s of its set-up; for each task `task-started`, what the learner tells, with `evaluated` (within) after the
 * `batch-trained` of every `evaluateEvery`-th iteration but the last, `evaluated` (end), `task-ended`,
 * `checkpoint-saved`; then `warning`s, and `run-completed` with the result.
 *
 * Unsubscribing cancels: the learner finishes its present step and is disposed, and the last checkpoint stays to resume
 * from. To know when that is done, abort `setup.stop` instead: the stream then completes without `run-completed`.
 *
 * Observers run synchronously between two steps of the learner; {@link import('./deliver-to.js').deliverTo} is for those
 * that take their time. An observer whose `next` throws stops neither the run nor other observers: RxJS catches what it
 * threw and reports it apart, through `config.onUnhandledError` or else as an uncaught exception, which ends a Node
 * process that does not handle it. An exception inside an operator such as `tap`, however, is an error of the stream that
 * comes out of that operator, and cancels the run if nobody else is subscribed to it.
 *
 * The stream fails with a ReverieError: `diverged` for a loss that is not finite, `learner-failed` for any other exception
 * of the learner, `bad-checkpoint` where it cannot resume, `bad-output` where it cannot save, `bad-data` or `bad-scenario`
 * for tasks that cannot be measured or are not those announced.
 */
export function run(setup: RunSetup): Observable<RunEvent> {
  return observedSession((signal) => executeRun(setup, signal), setup.stop);
}
