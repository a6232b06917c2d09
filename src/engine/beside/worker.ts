/** The thread that an engine beside another computes in: loads the engine that it is told, and serves it. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Request } from './messages.js';
import { besideMakers, type BesideName } from './makers.js';
import { serve } from './serve.js';
import { tellGone, type Signal } from './signal.js';

const port = parentPort;
if (port === null) throw new Error('worker.ts is the main module of a worker thread and runs nowhere else');
const { signal, data } = workerData as { readonly signal: Signal; readonly data: { readonly name: BesideName } };
const handle = serve(
  await besideMakers[data.name](),
  signal,
  (answer, handOver) => {
    port.postMessage(answer, [...handOver]);
  },
  (error) => {
    tellGone(signal);
    // Not caught by anyone: ends this thread and is told to the one that asked.
    setImmediate(() => {
      throw error;
    });
  },
);
port.on('message', (request: Request) => {
  handle(request);
});
