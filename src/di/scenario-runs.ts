import type { Observable } from 'rxjs';
import { ReverieError } from '../core/errors.js';
import type { RunEvent, RunOrigin } from '../core/events.js';
import type { RunResult } from '../core/result.js';
import type { Json } from '../core/snapshot.js';
import type { Trial } from '../core/trial.js';
import type { Warning } from '../core/warning.js';
import { branchRun, observerFiles, type BranchPoint, type ObserverFile } from '../experiment/branch-run.js';
import { checkBranch } from '../experiment/check-branch.js';
import { descriptionOf } from '../experiment/execute-run.js';
import { findRun } from '../experiment/find-run.js';
import { newRunDirectory, type OpenedRun } from '../experiment/run-directory.js';
import { runKind } from '../experiment/run-kind.js';
import type { RunSetup } from '../experiment/run-setup.js';
import { processPool } from '../experiment/trials/process-pool.js';
import { runTrials, type PlannedTrial, type TrialsEvent } from '../experiment/trials/run-trials.js';
import { trialOf } from '../experiment/trials/trial-kind.js';
import { inProcessRunner } from '../experiment/trials/trial-runner.js';
import { curvesFile } from '../observers/curves.js';
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
  /**
   * A saved run from the end of whose task the runs go on, instead of from nothing: with more tasks, or other options. Only its
   * learner is run, with its seed.
   */
  readonly from?: BranchPoint;
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
  { from, learners = scenario.learners, seeds, out, resume = false, workers }: ScenarioRunsOptions,
): Promise<ScenarioRuns> {
  const setups = new Map<Trial, RunSetup>();
  const chosen = chosenRuns(learners, seeds, scenario, from);
  const branchWarnings: Warning[] = [];
  const ofKey = new Map<string, RunSetup>();
  const keyOf = (learner: string, seed: number): string => `${learner}/${seed}`;
  const kind = runKind(async (spec, seed, directory) => {
    const [learner] = (spec as unknown as RunSpec).scenario.learners;
    const setup = learner && ofKey.get(keyOf(learnerLabel(learner), seed));
    if (setup === undefined) throw new Error('a run is prepared before it is started');
    return { ...setup, observers: await composition.observers(scenario, { directory }) };
  });
  const environment = workers === undefined ? undefined : (composition.environment() as unknown as Json);
  for (const seed of chosen.seeds) {
    for (const learner of chosen.learners) {
      const origin = from === undefined ? {} : { origin: from.origin };
      const prepared = { ...(await composition.prepare(scenario, learner, seed)), ...origin };
      if (from !== undefined) branchWarnings.push(...(await checkBranch(prepared, from)));
      const setup = { ...prepared, warnings: [...branchWarnings, ...(prepared.warnings ?? [])] };
      const ofRun: RunSpec = { scenario: { ...scenario, learners: [learner] }, ...origin };
      const spec = JSON.parse(JSON.stringify(ofRun)) as Json;
      setups.set(trialOf(kind, { variant: learnerLabel(learner), seed, spec }), setup);
      ofKey.set(keyOf(learnerLabel(learner), seed), setup);
    }
  }
  const runs: PlannedRun[] = [];
  const files = (scenario.observers ?? []).flatMap(({ name }) => (name === 'curves' ? [curvesFile] : []));
  const branch = from && { from, warnings: branchWarnings, files: await observerFiles(from, files) };
  for (const [trial, setup] of setups) runs.push({ trial, setup, opened: await opened(setup, out, resume, branch) });
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

/** What a process of its own is sent to run. */
export interface RunSpec {
  /** With the one learner. */
  readonly scenario: Scenario;
  readonly origin?: RunOrigin;
}

/** @throws ReverieError `bad-usage` where a saved run is to be gone on with by another learner, or with another seed */
function chosenRuns(
  learners: readonly LearnerChoice[],
  seeds: readonly number[] | undefined,
  { name, seed }: Scenario,
  from: BranchPoint | undefined,
): { readonly learners: readonly LearnerChoice[]; readonly seeds: readonly number[] } {
  if (from === undefined) return { learners, seeds: seeds ?? [seed] };
  const { origin, learner } = from;
  const same = learners.filter((choice) => learnerLabel(choice) === learner);
  if (same.length === 0) {
    throw new ReverieError(
      'bad-usage',
      `the run to go on from is of learner "${learner}", but scenario "${name}" runs ${learners.map(learnerLabel).join(', ')}; ` +
        'choose that learner with --learner, or another run with --from',
    );
  }
  const others = (seeds ?? []).filter((other) => other !== origin.seed);
  if (others.length > 0) {
    throw new ReverieError(
      'bad-usage',
      `the run to go on from has seed ${origin.seed}, expected no other than that, but ${others.join(', ')} is given; leave it out`,
    );
  }
  return { learners: same, seeds: [origin.seed] };
}

/** What a branch is begun with. */
interface Branch {
  readonly from: BranchPoint;
  readonly warnings: readonly Warning[];
  readonly files: readonly ObserverFile[];
}

async function opened(setup: RunSetup, out: string, resume: boolean, branch: Branch | undefined): Promise<OpenedRun> {
  const { scenario, learnerName: learner, seed } = setup;
  const description = descriptionOf(setup);
  const found = resume
    ? await findRun(out, scenario, description)
    : await newRunDirectory(out, { scenario, learner, seed });
  if (branch === undefined || found.state !== 'new') return found;
  return branchRun(found.directory, branch.from, description, branch);
}
