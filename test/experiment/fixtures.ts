import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom, toArray } from 'rxjs';
import type { RunEvent } from '../../src/core/events.js';
import type { Learner } from '../../src/core/learner.js';
import type { RunResult } from '../../src/core/result.js';
import { runEvents } from '../../src/experiment/run.js';
import type { RunSetup } from '../../src/experiment/run-setup.js';
import { meanLearner } from './fake-learner.js';
import type { MeanLearnerOptions } from './fake-learner.js';
import { streamOf, twoClassTasks } from './fake-samples.js';

/** A run of three tasks with two classes each and five iterations, whose clock stands still. */
export function setupOf(changes: Partial<RunSetup> = {}): RunSetup {
  return {
    scenario: 'points',
    scenarioDigest: 'd1',
    configuration: { scenario: 'points' },
    learnerName: 'mean',
    seed: 7,
    engine: { name: 'none', versions: { engine: '1.0.0' }, liveBuffers: () => 0 },
    versions: { reverie: '0.1.0', node: '20' },
    stream: streamOf(twoClassTasks(3)),
    createLearner: (random) => Promise.resolve(meanLearner(random)),
    clock: () => 0,
    ...changes,
  };
}

export function eventsOf(setup: RunSetup): Promise<RunEvent[]> {
  return lastValueFrom(runEvents(setup).pipe(toArray()));
}

export function resultIn(events: readonly RunEvent[]): RunResult {
  const last = events.at(-1);
  if (last?.type !== 'run-completed') throw new Error(`the last event is ${last?.type ?? 'missing'}`);
  return last.result;
}

/** A result without the part that may differ between identical runs. */
export function untimed(result: RunResult): Omit<RunResult, 'timings'> {
  const { timings, ...rest } = result;
  return timings.learning.length === result.tasks.length ? rest : result;
}

/** The error that a promise is rejected with. */
export async function errorOf(promise: Promise<unknown>): Promise<Error & { readonly code?: string }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error('expected a rejection');
}

/** Gives the suite a new folder for each test, and takes it away again. */
export function temporaryFolder(): (...parts: string[]) => string {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reverie-test-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  return (...parts) => join(folder, ...parts);
}

/** The set-up of {@link setupOf} with a learner made so. */
export const withLearner = (options: MeanLearnerOptions, changes: Partial<RunSetup> = {}): RunSetup =>
  setupOf({ createLearner: (random) => Promise.resolve(meanLearner(random, options)), ...changes });

/** A learner of which some methods are replaced. */
export const withMethods = (methods: Partial<Learner>): RunSetup =>
  setupOf({ createLearner: (random) => Promise.resolve({ ...meanLearner(random), ...methods }) });
