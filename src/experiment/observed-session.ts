import { Observable } from 'rxjs';
import type { Subscriber } from 'rxjs';

/**
 * A session as a cold stream of its events: each subscription starts one of its own. Unsubscribing, or aborting `stop`,
 * cancels it: the session learns it by its signal and closed by `return`; where `stop` was aborted, the stream completes once
 * that is done.
 */
export function observedSession<Event>(
  session: (signal: AbortSignal) => AsyncGenerator<Event, void, void>,
  stop: AbortSignal | undefined,
): Observable<Event> {
  return new Observable((subscriber) => {
    const cancelled = new AbortController();
    const signal = AbortSignal.any(stop === undefined ? [cancelled.signal] : [cancelled.signal, stop]);
    void pump(session(signal), signal, subscriber);
    return () => {
      cancelled.abort();
    };
  });
}

async function pump<Event>(
  events: AsyncGenerator<Event, void, void>,
  signal: AbortSignal,
  subscriber: Subscriber<Event>,
): Promise<void> {
  try {
    // Leaving the loop calls `return` on the session, which waits for what it holds to be closed and disposed.
    for await (const event of events) {
      subscriber.next(event);
      if (signal.aborted) break;
    }
    subscriber.complete();
  } catch (error) {
    subscriber.error(error);
  }
}
