/**
 * By what a thread wakes another that waits for it: word 0 counts the reads that it has served, word 1 says that it is
 * no more. Messages would not do: a thread that waits receives none.
 */
export type Signal = SharedArrayBuffer;

const served = 0;
const gone = 1;

export function newSignal(): Signal {
  return new SharedArrayBuffer(8);
}

/** One more read is served. */
export function tellServed(signal: Signal): void {
  const words = new Int32Array(signal);
  Atomics.add(words, served, 1);
  Atomics.notify(words, served);
}

/** Nothing will be served any more. Sets word 1 first, so that whoever wakes up sees it. */
export function tellGone(signal: Signal): void {
  Atomics.store(new Int32Array(signal), gone, 1);
  tellServed(signal);
}

/** What became of a read that was waited for. */
export type Outcome = 'served' | 'gone' | 'late';

/**
 * Asks for a read and blocks this thread until it is served.
 *
 * @param patience milliseconds
 */
export function waitFor(signal: Signal, ask: () => void, patience: number): Outcome {
  const words = new Int32Array(signal);
  const before = Atomics.load(words, served);
  ask();
  if (Atomics.wait(words, served, before, patience) === 'timed-out') return 'late';
  return Atomics.load(words, gone) === 1 ? 'gone' : 'served';
}
