import { EMPTY, Observable, Subscription, defer } from 'rxjs';
import type { MonoTypeOperatorFunction, ObservableInput } from 'rxjs';
import type { RunEvent } from '../core/events.js';

/**
 * Lets a slow observer watch a run that does not wait for it. Events pass on at once; `handler` gets them one at a time.
 * While it is busy, of the `batch-trained` events that wait only the newest stays, at the place of the newest; every
 * other event is kept, in order: what matters is never lost, and what waits cannot grow with the number of iterations.
 *
 * The end of the stream, or its error, is held back until the handler has dealt with all that waits. Unsubscribing drops
 * what waits and unsubscribes from what the handler returned.
 *
 * @param handler deals with one event, e.g. by returning a promise; it is done when that is settled
 * @param failed called once when the handler throws or rejects, which ends its deliveries and nothing else
 */
export function deliverTo(
  handler: (event: RunEvent) => ObservableInput<unknown> | undefined,
  failed: (error: unknown) => void,
): MonoTypeOperatorFunction<RunEvent> {
  return (events) =>
    new Observable((out) => {
      const all = new Subscription();
      const state: { waiting: RunEvent[]; busy: boolean; broken: boolean; end?: () => void } = {
        waiting: [],
        busy: false,
        broken: false,
      };
      const rest = (): void => {
        state.busy = false;
        state.end?.();
      };
      const work = (): void => {
        const event = state.waiting.shift();
        if (event === undefined) {
          rest();
          return;
        }
        state.busy = true;
        const delivery = defer(() => handler(event) ?? EMPTY).subscribe({
          error: (error: unknown) => {
            state.broken = true;
            state.waiting = [];
            failed(error);
            rest();
          },
          complete: work,
        });
        all.add(delivery);
      };
      const endWith = (end: () => void): void => {
        if (state.busy) state.end = end;
        else end();
      };
      all.add(
        events.subscribe({
          next: (event) => {
            out.next(event);
            if (state.broken) return;
            const isBatch = event.type === 'batch-trained';
            const kept = isBatch ? state.waiting.filter((waiting) => waiting.type !== 'batch-trained') : state.waiting;
            state.waiting = [...kept, event];
            if (!state.busy) work();
          },
          error: (error: unknown) => {
            endWith(() => {
              out.error(error);
            });
          },
          complete: () => {
            endWith(() => {
              out.complete();
            });
          },
        }),
      );
      all.add(() => {
        state.waiting = [];
      });
      return all;
    });
}
