import { fileURLToPath } from 'node:url';
import { spreadOf, type Spread } from './support/statistics.js';
import { WorkerProcess } from './support/worker-process.js';

const worker = fileURLToPath(new URL('dreams-worker.ts', import.meta.url));

/** Dreams at once: as many as a long walk of a user would want, few enough for the slowest engine. */
const counts = { ort: 4200, native: 4200, wasm: 4200, cpu: 140 } as const;

/** Labelled dreams per second, by engine, in turn. */
export async function measureDreams(rounds: number, tell: (text: string) => void): Promise<Record<string, Spread>> {
  const workers = new Map<string, { readonly process: WorkerProcess; readonly count: number }>();
  for (const [name, count] of Object.entries(counts)) {
    const process_ = new WorkerProcess(process.execPath, [...process.execArgv, worker, name]);
    try {
      await process_.ask({ count });
      workers.set(name, { process: process_, count });
    } catch (error) {
      process_.end();
      tell(`${name} is left out: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const rates = new Map<string, number[]>([...workers.keys()].map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, { process: process_, count }] of workers) {
      rates.get(name)?.push((await process_.ask<{ perSecond: number }>({ count })).perSecond);
    }
  }
  for (const { process: process_ } of workers.values()) process_.end();
  return Object.fromEntries([...rates].map(([name, values]) => [name, spreadOf(values)]));
}
