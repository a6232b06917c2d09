import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { ReadSignal } from './read-signal.js';

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
