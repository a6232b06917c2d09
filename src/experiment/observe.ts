import { isReverieError, messageOf, ReverieError } from '../core/errors.js';
import type { RunEvent } from '../core/events.js';
import type { RunObserver } from '../core/observer.js';
import type { BoundedWait } from './bounded-wait.js';

/** An observer, and what it is waited for with. */
interface Watching {
  readonly observer: RunObserver;
  readonly wait: BoundedWait;
}

/**
 * The events of a run, each given to its observers first, one after the other. When the run ends, however it does, all of
 * them are closed, but for one that was given up while it took an event. Events are frozen, so that no observer changes
 * what the next one and the run's own consumer are given.
 *
 * @param newWait makes what an observer is waited for with
 * @throws what the run fails with; what an observer fails with, `observer-failed` unless it is a ReverieError
 */
export async function* observed(
  events: AsyncGenerator<RunEvent, void, void>,
  observers: readonly RunObserver[],
  newWait: () => BoundedWait,
): AsyncGenerator<RunEvent, void, void> {
  const all = observers.map((observer): Watching => ({ observer, wait: newWait() }));
  let ended = false;
  try {
    for await (const event of events) {
      Object.freeze(event);
      for (const { observer, wait } of all) {
        try {
          // Most events are taken synchronously, and some come a thousand times a second.
          const taking = observer.observe(event);
          if (taking !== undefined) await wait.for(() => taking);
        } catch (error) {
          throw observerError(error, observer, event.type);
        }
      }
      // Whoever has this event need not ask for another one.
      if (event.type === 'run-completed') ended = true;
      yield event;
    }
  } finally {
    const failures = await Promise.all(all.map(close));
    const failure = failures.find(({ error }) => error !== undefined);
    // Of a run that failed or was cancelled the reason of that is the news.
    if (ended && failure !== undefined) throw observerError(failure.error, failure.observer, 'its end');
  }
}

/** What closing an observer fails with; undefined where it does not. */
async function close({
  observer,
  wait,
}: Watching): Promise<{ readonly observer: RunObserver; readonly error: unknown }> {
  if (wait.abandoned) return { observer, error: undefined };
  try {
    await wait.for(async () => observer.close?.());
    return { observer, error: undefined };
  } catch (error) {
    return { observer, error: error ?? new Error('unknown') };
  }
}

function observerError(cause: unknown, { name }: RunObserver, at: string): unknown {
  if (isReverieError(cause)) return cause;
  const which = name === undefined ? 'an observer of the run' : `observer "${name}" of the run`;
  return new ReverieError(
    'observer-failed',
    `${which} failed at ${at}: ${messageOf(cause)}; take it out of the scenario, or mend it`,
    { cause },
  );
}
