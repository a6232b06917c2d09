import type { RunEvent } from '../../core/events.js';
import { compose, type Composition } from '../../di/composition.js';
import type { RunSetup } from '../../experiment/run-setup.js';
import { comparison } from '../../report/comparison.js';
import { loadScenario } from '../../scenarios/load-scenario.js';
import { resolveScenario } from '../../scenarios/shipped-scenarios.js';
import { chooseLearners } from '../choose-learners.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import type { EngineOption } from '../options.js';
import { performRun, type Outcome } from '../perform-run.js';
import { planRuns, type PlannedRun } from '../planned-run.js';
import { noDisplay, type Display } from '../progress/display.js';
import { plainDisplay } from '../progress/plain-display.js';
import { earlyWarningLines, interruptionText, reportText, warningLines } from '../run-report.js';
import type { CliContext } from '../cli-context.js';

export interface RunOptions {
  readonly learner: readonly string[];
  readonly seed?: number;
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
  const { engine, plugin, dataDir, out, resume } = options;
  const composition = await compose({ engine, plugins: plugin, dataDir });
  const setups = await setUp(file, options, composition);
  const runs = await planRuns(setups, out, resume);
  if (!options.quiet) {
    const progress = options.json ? around.err : around.out;
    progress.write(`${await headline(setups, composition)}\n`);
  }
  const early = earlyWarningLines(runs);
  for (const line of early) around.err.write(`${line}\n`);
  const outcomes = await performAll(runs, options, around);
  const finished = runs.flatMap(({ opened }, i) => {
    const result = outcomes[i]?.result;
    return result === undefined ? [] : [{ result, path: opened.directory.path }];
  });
  const results = finished.map(({ result }) => result);
  if (!options.json && finished.length > 0) {
    const { out } = around;
    out.write(options.quiet ? `${comparison(results, out)}\n` : `\n${reportText(finished, out)}\n`);
  }
  for (const line of warningLines(results, early)) around.err.write(`${line}\n`);
  const interrupted = runs[finished.length];
  if (interrupted === undefined) return exitCodes.success;
  const outcome = outcomes[finished.length] ?? { resumedAfter: 0 };
  around.err.write(`${interruptionText(interrupted, outcome, around.command)}\n`);
  return exitCodes.interrupted;
}

async function setUp(file: string, options: RunOptions, composition: Composition): Promise<readonly RunSetup[]> {
  const scenario = await loadScenario(file, composition.catalogue, options.set);
  const seed = options.seed ?? scenario.seed;
  const setups: RunSetup[] = [];
  for (const learner of chooseLearners(scenario, options.learner, composition.catalogue)) {
    setups.push(await composition.prepare(scenario, learner, seed));
  }
  return setups;
}

async function headline([first]: readonly RunSetup[], composition: Composition): Promise<string> {
  if (first === undefined) return '';
  const { passedOver } = await composition.engine();
  const reasons = passedOver.map(({ name, reason }) => `; ${name} does not load here: ${reason}`).join('');
  return `${first.scenario}, seed ${first.seed}, engine ${first.engine.name}${reasons}`;
}

/** Performs the runs until all are done or the user interrupts one. */
async function performAll(
  runs: readonly PlannedRun[],
  options: RunOptions,
  around: CliContext,
): Promise<readonly Outcome[]> {
  const stop = new AbortController();
  const outcomes: Outcome[] = [];
  const perform = async (run: PlannedRun, tell: (event: RunEvent) => void): Promise<{ completed: boolean }> => {
    const outcome = await performRun(run, stop.signal, tell);
    outcomes.push(outcome);
    if (options.json && outcome.result !== undefined) around.out.write(`${JSON.stringify(outcome.result)}\n`);
    return { completed: outcome.result !== undefined };
  };
  const display = await displayFor(options, around);
  const release = around.onInterrupt(() => {
    stop.abort();
  });
  try {
    await display(runs.map((run) => ({ learner: run.setup.learnerName, perform: (tell) => perform(run, tell) })));
  } finally {
    release();
  }
  return outcomes;
}

async function displayFor({ json, quiet }: RunOptions, { out, err, clock }: CliContext): Promise<Display> {
  if (quiet) return noDisplay;
  if (json || !out.terminal) {
    const target = json ? err : out;
    return plainDisplay((line) => {
      target.write(`${line}\n`);
    }, clock);
  }
  const { liveDisplay } = await import('../progress/live-display.js');
  return liveDisplay(out, clock);
}
