/**
 * Shared memory by which a thread wakes another that waits for a read: word 0 counts the reads that are served, word 1 is
 * 1 once the thread has stopped. Messages would not do: a thread that waits receives none.
 */
export type ReadSignal = SharedArrayBuffer;

const served = 0;
const stopped = 1;

export function newReadSignal(): ReadSignal {
  return new SharedArrayBuffer(8);
}

/** One more read is served. */
export function signalServed(signal: ReadSignal): void {
  const words = new Int32Array(signal);
  Atomics.add(words, served, 1);
  Atomics.notify(words, served);
}

/** Nothing will be served any more. Sets word 1 first, so that whoever wakes up sees it. */
export function signalStopped(signal: ReadSignal): void {
  Atomics.store(new Int32Array(signal), stopped, 1);
  signalServed(signal);
}

/**
 * Blocks this thread until so many reads are served since the beginning. A count, not the next change of it: a read that
 * was given up as late may still be served, and must not pass for the one after it.
 *
 * @param patience milliseconds
 */
export function waitForReads(signal: ReadSignal, count: number, patience: number): 'served' | 'stopped' | 'late' {
  const words = new Int32Array(signal);
  const end = performance.now() + patience;
  for (;;) {
    const now = Atomics.load(words, served);
    if (Atomics.load(words, stopped) === 1) return 'stopped';
    if (now >= count) return 'served';
    const left = end - performance.now();
    if (left <= 0 || Atomics.wait(words, served, now, left) === 'timed-out') return 'late';
  }
}
