import { distinctUntilChanged, filter, map, scan, type OperatorFunction } from 'rxjs';
import type { RunEvent } from '../core/events.js';
import type { RunResult } from '../core/result.js';
import { accuracyMatrix as matrixOf } from '../metrics/accuracy.js';
import { initialRunState, reduceRun, type RunState } from './reduce-run.js';

/** The events of one type: `events$.pipe(ofType('evaluated'))`. */
export function ofType<Type extends RunEvent['type']>(
  type: Type,
): OperatorFunction<RunEvent, Extract<RunEvent, { readonly type: Type }>> {
  return filter((event): event is Extract<RunEvent, { readonly type: Type }> => event.type === type);
}

/**
 * Lets of the `batch-trained` events one pass in so many milliseconds, and the last of each task; all others pass.
 *
 * @param now milliseconds from any beginning
 */
export function throttleBatches(
  milliseconds: number,
  now: () => number = () => performance.now(),
): OperatorFunction<RunEvent, RunEvent> {
  return (events) => {
    let passed = -Infinity;
    return events.pipe(
      filter((event) => {
        if (event.type !== 'batch-trained') return true;
        const time = now();
        if (event.iteration < event.iterations && time - passed < milliseconds) return false;
        passed = time;
        return true;
      }),
    );
  };
}

/**
 * What the events of a run have shown, after each event that adds to it. Of a run that was resumed the live stream has only
 * what happens since; the whole is in the result of its `run-completed`.
 */
export function runState(): OperatorFunction<RunEvent, RunState> {
  return (events) => events.pipe(scan(reduceRun, initialRunState), distinctUntilChanged());
}

/** The accuracy matrix, each time that a task has ended. */
export function accuracyMatrix(): OperatorFunction<RunEvent, RunResult['accuracyMatrix']> {
  return (events) =>
    events.pipe(
      scan(
        ({ state }, event) => {
          const next = reduceRun(state, event);
          return { state: next, grew: next.rows !== state.rows };
        },
        { state: initialRunState, grew: false },
      ),
      filter(({ grew }) => grew),
      map(({ state }) => matrixOf(state.rows)),
    );
}
