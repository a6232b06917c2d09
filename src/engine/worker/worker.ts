/** The main module of a companion's thread: makes the engine that it is given by name, and serves it. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Request } from './channel.js';
import { companionMakers, type CompanionName } from './companion.js';
import { signalStopped, type ReadSignal } from './thread.js';
import { serve } from './serve.js';

const port = parentPort;
if (port === null) throw new Error('worker.ts is the main module of a worker thread and runs nowhere else');
const { signal, data } = workerData as { readonly signal: ReadSignal; readonly data: { readonly name: CompanionName } };
const handle = serve(
  await companionMakers[data.name](),
  signal,
  (answer, handOver) => {
    port.postMessage(answer, [...handOver]);
  },
  (error) => {
    signalStopped(signal);
    // Not caught by anyone: ends this thread, and reaches the other one as its error.
    setImmediate(() => {
      throw error;
    });
  },
);
port.on('message', (request: Request) => {
  handle(request);
});
