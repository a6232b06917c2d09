import type { Observable } from 'rxjs';
import type { RunEvent } from '../core/events.js';
import type { RunResult } from '../core/result.js';
import type { Json } from '../core/snapshot.js';
import type { Trial } from '../core/trial.js';
import { descriptionOf } from '../experiment/execute-run.js';
import { findRun } from '../experiment/find-run.js';
import { newRunDirectory, type OpenedRun } from '../experiment/run-directory.js';
import { runKind } from '../experiment/run-kind.js';
import type { RunSetup } from '../experiment/run-setup.js';
import { processPool } from '../experiment/trials/process-pool.js';
import { runTrials, type PlannedTrial, type TrialsEvent } from '../experiment/trials/run-trials.js';
import { trialOf } from '../experiment/trials/trial-kind.js';
import { inProcessRunner } from '../experiment/trials/trial-runner.js';
import { learnerLabel } from '../scenarios/learner-labels.js';
import type { LearnerChoice, Scenario } from '../scenarios/scenario.js';
import type { Composition } from './composition.js';

/** One run of a scenario, ready to start: its set-up, and the directory that is opened for it. */
export interface PlannedRun {
  readonly trial: Trial;
  readonly setup: RunSetup;
  readonly opened: OpenedRun;
}

/** Runs of a scenario: every learner with every seed. */
export interface ScenarioRuns {
  readonly runs: readonly PlannedRun[];
  /**
   * Runs what is not finished, as a cold stream of what happens; a run that fails does not stop the others.
   *
   * @param signal aborting it ends the runs after their present step; what was saved stays to be resumed
   */
  events(signal: AbortSignal): Observable<TrialsEvent<RunEvent, RunResult>>;
}

export interface ScenarioRunsOptions {
  /** Those of the scenario unless given. */
  readonly learners?: readonly LearnerChoice[];
  /** That of the scenario unless given. */
  readonly seeds?: readonly number[];
  /** Folder of the runs' directories. */
  readonly out: string;
  /** Whether to go on with runs that were cut off, and to take the results of those that are finished. */
  readonly resume?: boolean;
  /** So many runs at a time, each in a process of its own; one after the other in this process unless given. */
  readonly workers?: number;
}

/**
 * Prepares runs of a scenario, so that all that can be wrong with any of them is known before the first starts, and only
 * then opens their directories: `<out>/<scenario>-<learner>-<seed>`, by its label.
 *
 * @throws what preparing a run throws, bad-output, bad-checkpoint, bad-data
 */
export async function planScenario(
  composition: Composition,
  scenario: Scenario,
  { learners = scenario.learners, seeds = [scenario.seed], out, resume = false, workers }: ScenarioRunsOptions,
): Promise<ScenarioRuns> {
  const setups = new Map<Trial, RunSetup>();
  const ofKey = new Map<string, RunSetup>();
  const keyOf = (learner: string, seed: number): string => `${learner}/${seed}`;
  const kind = runKind(async (spec, seed, directory) => {
    const [learner] = (spec as unknown as Scenario).learners;
    const setup = learner && ofKey.get(keyOf(learnerLabel(learner), seed));
    if (setup === undefined) throw new Error('a run is prepared before it is started');
    return { ...setup, observers: await composition.observers(scenario, { directory }) };
  });
  const environment = workers === undefined ? undefined : (composition.environment() as unknown as Json);
  for (const seed of seeds) {
    for (const learner of learners) {
      const setup = await composition.prepare(scenario, learner, seed);
      const spec = JSON.parse(JSON.stringify({ ...scenario, learners: [learner] })) as Json;
      setups.set(trialOf(kind, { variant: learnerLabel(learner), seed, spec }), setup);
      ofKey.set(keyOf(learnerLabel(learner), seed), setup);
    }
  }
  const runs: PlannedRun[] = [];
  for (const [trial, setup] of setups) runs.push({ trial, setup, opened: await opened(setup, out, resume) });
  const planned = runs.map(({ trial, opened: { directory, ...found } }): PlannedTrial<RunResult> =>
    'result' in found
      ? { trial, stored: { path: directory.path, result: found.result } }
      : {
          trial,
          // The run saves its result itself, before it says that it is completed.
          directory: { path: directory.path, resume: found.state === 'unfinished', save: () => Promise.resolve() },
        },
  );
  const worker = new URL(
    import.meta.url.endsWith('.ts') ? '../cli/run-worker.ts' : '../cli/run-worker.js',
    import.meta.url,
  );
  const runner = environment === undefined ? inProcessRunner : processPool({ worker, environment });
  return {
    runs,
    events: (signal) => runTrials(kind, planned, runner, { concurrency: workers ?? 1, signal }),
  };
}

function opened(setup: RunSetup, out: string, resume: boolean): Promise<OpenedRun> {
  const { scenario, learnerName: learner, seed } = setup;
  return resume ? findRun(out, scenario, descriptionOf(setup)) : newRunDirectory(out, { scenario, learner, seed });
}
