import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startAll } from '../support/start-all.js';
import { spreadOf, type Spread } from '../support/statistics.js';
import { WorkerProcess } from '../support/worker-process.js';
import type { NetworkName } from './networks.js';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const engineWorker = (name: string): WorkerProcess =>
  new WorkerProcess(process.execPath, [...process.execArgv, here('engine-worker.ts'), name]);

/** Everything that is compared, and how long a turn of it may be: the slow ones would make the others wait. */
const contenders = {
  ort: { start: () => engineWorker('ort'), steps: 12 },
  native: { start: () => engineWorker('native'), steps: 12 },
  wasm: { start: () => engineWorker('wasm'), steps: 3 },
  cpu: { start: () => engineWorker('cpu'), steps: 1 },
  'torch-plain': { start: () => torch('plain'), steps: 12 },
  'torch-fused': { start: () => torch('fused'), steps: 12 },
} as const;

export type Contender = keyof typeof contenders;

function torch(optimiser: 'plain' | 'fused'): WorkerProcess {
  return new WorkerProcess('python3', [here('torch_worker.py'), optimiser]);
}

/** Times of one network at one batch size. */
export interface StepTimes {
  readonly network: NetworkName;
  readonly batch: number;
  /** Milliseconds of a training step: of the medians of all turns. */
  readonly milliseconds: Readonly<Partial<Record<Contender, Spread>>>;
  /** Turn by turn, e.g. of `ort/torch-fused`. */
  readonly ratios: Readonly<Record<string, Spread>>;
}

export interface StepPlan {
  readonly networks: readonly NetworkName[];
  readonly batches: readonly number[];
  readonly rounds: number;
  readonly report: (text: string) => void;
}

const engines = ['ort', 'native', 'wasm', 'cpu'] as const;
const baselines = ['torch-fused', 'torch-plain'] as const;

/** Threads of a library go on spinning for a while after its turn; the next one must not pay for that. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 300));

/** Training steps of all contenders that start here, in turn, round after round. */
export async function measureSteps({ networks, batches, rounds, report }: StepPlan): Promise<StepTimes[]> {
  const starts = startsHere(report) as Readonly<Record<Contender, () => WorkerProcess>>;
  const workers = await startAll(starts, () => ({ network: 'classifier', batch: 64, steps: 1 }), report);
  const results: StepTimes[] = [];
  try {
    for (const network of networks) {
      for (const batch of batches) {
        const medians = await takeTurns(workers, network, batch, rounds, report);
        results.push({ network, batch, ...summary(medians) });
      }
    }
  } finally {
    for (const worker of workers.values()) worker.end();
  }
  return results;
}

/** Starts of those that can be here at all. */
function startsHere(report: (text: string) => void): Partial<Record<Contender, () => WorkerProcess>> {
  const torchHere = spawnSync('python3', ['-c', 'import torch']).status === 0;
  if (!torchHere) report(`PyTorch is left out: python3 -c 'import torch' fails here`);
  const here = (Object.keys(contenders) as Contender[]).filter((name) => torchHere || !name.startsWith('torch'));
  return Object.fromEntries(here.map((name) => [name, contenders[name].start]));
}

async function takeTurns(
  workers: ReadonlyMap<Contender, WorkerProcess>,
  network: NetworkName,
  batch: number,
  rounds: number,
  report: (text: string) => void,
): Promise<Map<Contender, number[]>> {
  const medians = new Map<Contender, number[]>([...workers.keys()].map((name) => [name, []]));
  // The first round warms up: programs are compiled, thread counts tried, caches filled.
  for (let round = 0; round <= rounds; round++) {
    for (const [name, worker] of workers) {
      const { steps } = contenders[name];
      const { milliseconds } = await worker.ask<{ milliseconds: number[] }>({ network, batch, steps });
      if (round > 0) medians.get(name)?.push(spreadOf(milliseconds).median);
      await pause();
    }
  }
  report(`${network}, batch ${batch}: done`);
  return medians;
}

function summary(medians: ReadonlyMap<Contender, number[]>): Pick<StepTimes, 'milliseconds' | 'ratios'> {
  const milliseconds = Object.fromEntries([...medians].map(([name, values]) => [name, spreadOf(values)]));
  const ratios: Record<string, Spread> = {};
  for (const engine of engines) {
    for (const baseline of baselines) {
      const [own, other] = [medians.get(engine), medians.get(baseline)];
      if (own === undefined || other === undefined) continue;
      ratios[`${engine}/${baseline}`] = spreadOf(own.map((value, round) => value / (other[round] ?? NaN)));
    }
  }
  return { milliseconds, ratios };
}
