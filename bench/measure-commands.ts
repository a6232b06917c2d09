import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunEvent } from '../src/core/events.js';
import type { RunResult } from '../src/core/result.js';
import { timeCommand } from './support/command.js';
import { spreadOf, type Spread } from './support/statistics.js';

const fiftyTasks = fileURLToPath(new URL('fifty-tasks.yaml', import.meta.url));

/** Seconds that commands which compute nothing take, from the shell and back. */
export async function measureStartUp(rounds: number): Promise<Record<string, Spread>> {
  const commands = { list: ['list'], help: ['--help'], validate: ['validate', 'split-mnist-ascending'] };
  const seconds = new Map<string, number[]>(Object.keys(commands).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, parameters] of Object.entries(commands)) {
      const { seconds: taken } = await timeCommand(parameters);
      if (round > 0) seconds.get(name)?.push(taken);
    }
  }
  return Object.fromEntries([...seconds].map(([name, values]) => [name, spreadOf(values)]));
}

/** A whole run of `split-mnist-ascending`, one learner, one seed. */
export interface PaperRun {
  readonly learner: string;
  readonly seed: number;
  readonly accuracy: number;
  readonly seconds: number;
  readonly peakBytes: number;
}

export async function measurePaperRun(learner: string, seed: number): Promise<PaperRun> {
  const out = await mkdtemp(join(tmpdir(), 'reverie-bench-'));
  try {
    const parameters = [
      'run',
      'split-mnist-ascending',
      '--learner',
      learner,
      '--seed',
      String(seed),
      '--out',
      out,
      '--json',
    ];
    const { seconds, peakBytes, output } = await timeCommand(parameters);
    const { metrics } = JSON.parse(output) as RunResult;
    return { learner, seed, accuracy: metrics['accuracyOverTasks']?.value ?? NaN, seconds, peakBytes };
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

/** Seconds that each of 50 tasks took to learn, and what the engine held after each. */
export interface TaskCosts {
  readonly seconds: readonly number[];
  readonly liveBuffers: readonly number[];
  /** Of the mean of the last five tasks to the mean of tasks 3 to 7. */
  readonly lastToFifth: number;
  readonly peakBytes: number;
}

export async function measureTaskCosts(): Promise<TaskCosts> {
  const out = await mkdtemp(join(tmpdir(), 'reverie-bench-'));
  try {
    const { output, peakBytes } = await timeCommand(['run', fiftyTasks, '--out', out, '--json']);
    const { timings } = JSON.parse(output) as RunResult;
    const [run = ''] = await readdir(out);
    const events = (await readFile(join(out, run, 'events.jsonl'), 'utf8')).trim().split('\n');
    const ended = events.map((line) => JSON.parse(line) as RunEvent).filter((event) => event.type === 'task-ended');
    const early = mean(timings.learning.slice(2, 7));
    return {
      seconds: timings.learning,
      liveBuffers: ended.map(({ liveBuffers }) => liveBuffers),
      lastToFifth: mean(timings.learning.slice(-5)) / early,
      peakBytes,
    };
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
