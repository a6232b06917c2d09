import { isReverieError, messageOf, ReverieError } from '../core/errors.js';
import type { RunEvent } from '../core/events.js';
import type { RunObserver } from '../core/observer.js';

/**
 * The events of a run, each given to its observers first, one after the other. When the run ends, however it does, all of
 * them are closed.
 *
 * @throws what the run fails with; what an observer fails with, `observer-failed` unless it is a ReverieError
 */
export async function* observed(
  events: AsyncGenerator<RunEvent, void, void>,
  observers: readonly RunObserver[],
): AsyncGenerator<RunEvent, void, void> {
  let ended = false;
  try {
    for await (const event of events) {
      for (const observer of observers) {
        try {
          // Most events are taken synchronously, and some come a thousand times a second.
          const taking = observer.observe(event);
          if (taking !== undefined) await taking;
        } catch (error) {
          throw observerError(error, event.type);
        }
      }
      yield event;
    }
    ended = true;
  } finally {
    const failures = await Promise.all(observers.map(closeObserver));
    const failure = failures.find((error) => error !== undefined);
    // Of a run that failed or was cancelled the reason of that is the news.
    if (ended && failure !== undefined) throw observerError(failure, 'its end');
  }
}

/** What closing fails with. */
async function closeObserver(observer: RunObserver): Promise<unknown> {
  try {
    await observer.close?.();
    return undefined;
  } catch (error) {
    return error ?? new Error('unknown');
  }
}

function observerError(cause: unknown, at: string): unknown {
  if (isReverieError(cause)) return cause;
  return new ReverieError(
    'observer-failed',
    `an observer of the run failed at ${at}: ${messageOf(cause)}; take it out of the scenario, or mend it`,
    { cause },
  );
}
