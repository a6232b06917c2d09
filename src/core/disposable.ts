/// <reference lib="esnext.disposable" preserve="true" />

/** What is freed by an awaitable `dispose`, or at the end of a block by `await using`. */
export interface Disposable extends AsyncDisposable {
  dispose(): Promise<void>;
}

/** The object, with what `await using` calls. */
export function disposable<T extends Disposable>(one: Omit<T, typeof Symbol.asyncDispose>): T {
  const whole = { ...one, [Symbol.asyncDispose]: () => one.dispose() };
  // What was left out is there again.
  return whole as unknown as T;
}
