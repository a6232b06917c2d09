/**
 * The values of an asynchronous iterable, pulled one by one; ends early when `signal` aborts, also while the next value is
 * being waited for.
 */
export async function* pull<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  let wake = (): void => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    wake = () => {
      resolve(undefined);
    };
  });
  signal.addEventListener('abort', wake);
  try {
    while (!signal.aborted) {
      const next = await Promise.race([iterator.next(), aborted]);
      if (next === undefined || next.done === true) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', wake);
    // Not waited for: a source that is waiting itself would never answer.
    iterator.return?.(undefined).catch(() => undefined);
  }
}
