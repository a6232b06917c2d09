import { lastValueFrom, tap } from 'rxjs';
import type { CheckpointSaved, RunEvent } from '../../core/events.js';
import type { RunResult } from '../../core/result.js';
import { shortList } from '../../core/short-list.js';
import { ReverieError } from '../../core/errors.js';
import { compose, type Composition } from '../../di/composition.js';
import { planScenario, type PlannedRun, type ScenarioRuns } from '../../di/scenario-runs.js';
import { readBranchPoint } from '../../experiment/branch-run.js';
import { comparison } from '../../report/comparison.js';
import { loadScenario } from '../../scenarios/load-scenario.js';
import type { Scenario } from '../../scenarios/scenario.js';
import { resolveScenario } from '../../scenarios/shipped-scenarios.js';
import { chooseLearners } from '../choose-learners.js';
import type { CliContext } from '../cli-context.js';
import { exitCodeOf, exitCodes, type ExitCode } from '../exit-codes.js';
import { failureText, reportFailure } from '../failure.js';
import type { EngineOption } from '../options.js';
import { noDisplay, type RunDisplay } from '../progress/display.js';
import { plainDisplay } from '../progress/plain-display.js';
import {
  earlyWarningLines,
  interruptionText,
  reportText,
  resumptionLines,
  runTitle,
  warningLines,
} from '../run-report.js';

export interface RunOptions {
  readonly learner: readonly string[];
  readonly seed?: readonly number[];
  readonly seeds?: readonly number[];
  readonly workers?: number;
  /** Directory of a saved run to go on from, and the task. */
  readonly from?: string;
  readonly after?: number;
  readonly out: string;
  readonly engine: EngineOption;
  readonly dataDir?: string;
  readonly set: readonly string[];
  readonly plugin: readonly string[];
  readonly resume: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** `reverie run`: all that can be wrong with the input is found before anything is written. */
export async function runCommand(argument: string, options: RunOptions, around: CliContext): Promise<ExitCode> {
  const file = await resolveScenario(argument);
  const { engine, plugin, dataDir } = options;
  await using composition = await compose({ engine, plugins: plugin, dataDir });
  const scenario = await loadScenario(file, composition.catalogue, options.set);
  const scenarioRuns = await plan(scenario, options, composition);
  const { runs } = scenarioRuns;
  if (!options.quiet) {
    const progress = options.json ? around.err : around.out;
    const lines = [await headline(runs, composition), ...resumptionLines(runs)];
    for (const line of lines) progress.write(`${line}\n`);
  }
  const early = earlyWarningLines(runs);
  for (const line of early) around.err.write(`${line}\n`);
  const outcomes = await performAll(scenarioRuns, options, around);
  const finished = runs.flatMap((run) => {
    const result = outcomes.get(run)?.result;
    return result === undefined ? [] : [{ result, path: run.opened.directory.path }];
  });
  const results = finished.map(({ result }) => result);
  if (!options.json && finished.length > 0) {
    const [{ out }, { compareBy }] = [around, scenario];
    out.write(
      options.quiet ? `${comparison(results, out, compareBy)}\n` : `\n${reportText(finished, out, compareBy)}\n`,
    );
  }
  for (const line of warningLines(results, early, scenario.compareBy)) around.err.write(`${line}\n`);
  return ending(runs, outcomes, around);
}

/** What came of a run. */
interface Outcome {
  readonly result?: RunResult;
  readonly error?: unknown;
  /** Whether it began in this session. */
  readonly started?: boolean;
  /** The newest checkpoint that this session left. */
  readonly checkpoint?: CheckpointSaved;
  /** Task after which this session went on; 0 for a run from the start. */
  readonly resumedAfter: number;
}

async function plan(scenario: Scenario, options: RunOptions, composition: Composition): Promise<ScenarioRuns> {
  const { seed, seeds, out, resume, workers, from, after } = options;
  if (seed !== undefined && seeds !== undefined) {
    throw new ReverieError('bad-usage', '--seed and --seeds are both given; expected one of the two');
  }
  if (from === undefined && after !== undefined) {
    throw new ReverieError('bad-usage', '--after is the task of the run that --from names; give that as well');
  }
  const given = seeds ?? seed;
  return planScenario(composition, scenario, {
    learners: chooseLearners(scenario, options.learner, composition.catalogue),
    ...(given === undefined ? {} : { seeds: given }),
    ...(from === undefined ? {} : { from: await readBranchPoint(from, after) }),
    out,
    resume,
    ...(workers === undefined ? {} : { workers }),
  });
}

async function headline(runs: readonly PlannedRun[], composition: Composition): Promise<string> {
  const [first] = runs;
  if (first === undefined) return '';
  const { passedOver } = await composition.engine();
  const reasons = passedOver.map(({ name, reason }) => `; ${name} does not load here: ${reason}`).join('');
  const seeds = [...new Set(runs.map(({ setup }) => setup.seed))];
  const which = seeds.length === 1 ? `seed ${seeds.join('')}` : `seeds ${shortList(seeds)}`;
  return `${first.setup.scenario}, ${which}, engine ${first.setup.engine.name}${reasons}`;
}

/** Performs the runs until all have ended, or the user interrupts them. */
async function performAll(
  scenarioRuns: ScenarioRuns,
  options: RunOptions,
  around: CliContext,
): Promise<ReadonlyMap<PlannedRun, Outcome>> {
  const { runs } = scenarioRuns;
  const stop = new AbortController();
  const outcomes = new Map<PlannedRun, Outcome>();
  const display = await displayFor(runs, options, around);
  let late: NodeJS.Timeout | undefined;
  const release = around.onInterrupt(() => {
    stop.abort();
    late = setTimeout(() => {
      const names = runs.filter((run) => isUnderWay(outcomes.get(run))).map((run) => runTitle(run, runs));
      if (names.length > 0) around.err.write(`Waiting for ${names.join(' and ')} to end the present step.\n`);
    }, lateAfter);
  });
  const add = (run: PlannedRun, outcome: Partial<Outcome>): void => {
    outcomes.set(run, { resumedAfter: 0, ...outcomes.get(run), ...outcome });
  };
  const completed = (run: PlannedRun, result: RunResult): void => {
    add(run, { result });
    if (options.json) around.out.write(`${JSON.stringify(result)}\n`);
    display.ended(runTitle(run, runs), 'completed');
  };
  try {
    const reported = scenarioRuns.events(stop.signal).pipe(
      tap((event) => {
        const run = runs.find(({ trial }) => trial.digest === event.trial.digest);
        if (run === undefined) return;
        const title = runTitle(run, runs);
        switch (event.type) {
          case 'trial-started':
            break;
          case 'trial-progressed':
            add(run, noted(event.event));
            display.progressed(title, event.event);
            break;
          case 'trial-kept':
          case 'trial-completed':
            completed(run, event.result);
            break;
          case 'trial-failed':
            add(run, { error: event.error });
            display.ended(title, 'failed');
            break;
          case 'trial-stopped':
            display.ended(title, 'stopped');
        }
      }),
    );
    await lastValueFrom(reported, { defaultValue: undefined });
  } finally {
    clearTimeout(late);
    release();
    await display.close();
  }
  return outcomes;
}

/** Milliseconds from the interruption until it is said what is waited for. */
const lateAfter = 3000;

function isUnderWay(outcome: Outcome | undefined): boolean {
  return outcome?.started === true && outcome.result === undefined && outcome.error === undefined;
}

/** What of an event must be known should the run be interrupted. */
function noted(event: RunEvent): Partial<Outcome> {
  if (event.type === 'run-started') return { started: true, resumedAfter: event.resumedAfter };
  return event.type === 'checkpoint-saved' ? { checkpoint: event } : {};
}

/** Says what went wrong, or what was interrupted; gives the exit code. */
function ending(runs: readonly PlannedRun[], outcomes: ReadonlyMap<PlannedRun, Outcome>, around: CliContext): ExitCode {
  const failed = runs.filter((run) => outcomes.get(run)?.error !== undefined);
  const [first, ...others] = failed;
  for (const run of others) {
    around.err.write(`reverie: ${runTitle(run, runs)}: ${failureText(outcomes.get(run)?.error)}\n`);
  }
  if (first !== undefined) {
    const { error, started } = outcomes.get(first) ?? {};
    reportFailure(error, around);
    // What was right when a run began and is wrong now, say a full disk, is no mistake of whoever called.
    return started === true ? exitCodes.failed : exitCodeOf(error);
  }
  const unfinished = runs.filter((run) => outcomes.get(run)?.result === undefined);
  // Those that had begun are what was interrupted; the others are left for --resume.
  const [interrupted = unfinished[0], ...more] = unfinished.filter((run) => outcomes.has(run));
  if (interrupted === undefined) return exitCodes.success;
  const title = [interrupted, ...more].map((run) => runTitle(run, runs)).join(' and ');
  const outcome = outcomes.get(interrupted) ?? { resumedAfter: 0 };
  around.err.write(`${interruptionText(interrupted, title, outcome, around.command)}\n`);
  return exitCodes.interrupted;
}

async function displayFor(
  runs: readonly PlannedRun[],
  { json, quiet, workers }: RunOptions,
  { out, err, clock }: CliContext,
): Promise<RunDisplay> {
  if (quiet) return noDisplay;
  if (json || !out.terminal) {
    const target = json ? err : out;
    return plainDisplay((line) => {
      target.write(`${line}\n`);
    }, clock);
  }
  const { liveDisplay } = await import('../progress/live-display.js');
  const titles = runs.map((run) => runTitle(run, runs));
  return liveDisplay(titles, workers ?? 1, out, clock);
}
