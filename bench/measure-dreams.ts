import { fileURLToPath } from 'node:url';
import { startAll } from './support/start-all.js';
import { spreadOf, type Spread } from './support/statistics.js';
import { WorkerProcess } from './support/worker-process.js';

const worker = fileURLToPath(new URL('dreams-worker.ts', import.meta.url));

/** Dreams at once: as many as a long walk of a user would want, few enough for the slowest engine. */
const counts = { ort: 4200, native: 4200, wasm: 4200, cpu: 140 } as const;

type Starts = Readonly<Record<keyof typeof counts, () => WorkerProcess>>;

/** Labelled dreams per second, by engine, in turn. */
export async function measureDreams(rounds: number, report: (text: string) => void): Promise<Record<string, Spread>> {
  const start = (name: string): WorkerProcess =>
    new WorkerProcess(process.execPath, [...process.execArgv, worker, name]);
  const engines = Object.keys(counts) as (keyof typeof counts)[];
  const starts = Object.fromEntries(engines.map((name) => [name, () => start(name)])) as Starts;
  const workers = await startAll(starts, (name) => ({ count: counts[name] }), report);
  const rates = new Map<string, number[]>([...workers.keys()].map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, asked] of workers) {
      rates.get(name)?.push((await asked.ask<{ perSecond: number }>({ count: counts[name] })).perSecond);
    }
  }
  for (const asked of workers.values()) asked.end();
  return Object.fromEntries([...rates].map(([name, values]) => [name, spreadOf(values)]));
}
