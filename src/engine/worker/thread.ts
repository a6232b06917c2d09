import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

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

/**
 * Node 20 does not hand tsx on to threads: one whose main module is TypeScript loads it first. Where the module does not
 * load, whoever waits is woken, as by signalStopped().
 */
const main = `
const { workerData } = require('node:worker_threads');
const { module, tsx } = workerData;
const ready = tsx === undefined ? Promise.resolve() : import(tsx).then(({ register }) => register());
ready.then(() => import(module)).catch((error) => {
  const words = new Int32Array(workerData.signal);
  Atomics.store(words, 1, 1);
  Atomics.add(words, 0, 1);
  Atomics.notify(words, 0);
  throw error;
});
`;

/**
 * Starts a thread.
 *
 * @param module URL of the module it is to run, without its ending: compiled or not, it lies in the folder of the one that asks
 * @param from URL of the module that asks
 * @param signal what the thread finds as `workerData.signal`
 * @param data what the thread finds as `workerData.data`
 */
export function startThread(module: string, from: string, signal: ReadSignal, data: object): Worker {
  const source = from.endsWith('.ts');
  const file = new URL(`${module}${source ? '.ts' : '.js'}`, from).href;
  // What is found is the CommonJS half of a pair, which does not work in a thread.
  const tsx = source
    ? createRequire(from)
        .resolve('tsx/esm/api')
        .replace(/\.cjs$/, '.mjs')
    : undefined;
  return new Worker(main, { eval: true, workerData: { module: file, tsx, signal, data } });
}
