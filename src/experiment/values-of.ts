import type { Observable } from 'rxjs';

/**
 * The values of an observable, to be pulled one by one: what comes faster waits. Ends early, and unsubscribes, when
 * `signal` aborts or the one who pulls stops.
 */
export async function* valuesOf<T>(source: Observable<T>, signal: AbortSignal): AsyncGenerator<T, void, void> {
  const arrived: T[] = [];
  const state: { over: boolean; failure?: { readonly error: unknown }; wake: () => void } = {
    over: false,
    wake: () => undefined,
  };
  const end = (): void => {
    state.over = true;
    state.wake();
  };
  signal.addEventListener('abort', end);
  const subscription = source.subscribe({
    next: (value) => {
      arrived.push(value);
      state.wake();
    },
    error: (error: unknown) => {
      state.failure = { error };
      end();
    },
    complete: end,
  });
  try {
    while (!signal.aborted) {
      yield* arrived.splice(0);
      if (arrived.length > 0) continue;
      if (state.failure !== undefined) throw state.failure.error;
      if (state.over) return;
      await new Promise<void>((resolve) => {
        state.wake = resolve;
      });
    }
  } finally {
    signal.removeEventListener('abort', end);
    subscription.unsubscribe();
  }
}
