import { messageOf } from '../../src/core/errors.js';
import type { WorkerProcess } from './worker-process.js';

/**
 * Starts all that is to be compared and asks each a first question; what gives no answer is left out, with the reason.
 *
 * @param starts how each is started, by name
 * @param first the first question
 */
export async function startAll<Name extends string>(
  starts: Readonly<Record<Name, () => WorkerProcess>>,
  first: (name: Name) => object,
  report: (text: string) => void,
): Promise<Map<Name, WorkerProcess>> {
  const workers = new Map<Name, WorkerProcess>();
  for (const name of Object.keys(starts) as Name[]) {
    const worker = starts[name]();
    try {
      await worker.ask(first(name));
      workers.set(name, worker);
    } catch (error) {
      worker.end();
      report(`${name} is left out: ${messageOf(error)}`);
    }
  }
  return workers;
}
