import type { CompareBy, RunResult } from '../core/result.js';
import { comparison, comparisonWarnings } from '../report/comparison.js';
import { matrix } from '../report/matrix.js';
import type { Page } from '../report/page.js';
import type { CheckpointSaved } from '../core/events.js';
import type { PlannedRun } from '../di/scenario-runs.js';
import { placeText } from '../experiment/checkpoint.js';

/** A finished run and where its results are. */
export interface FinishedRun {
  readonly result: RunResult;
  readonly path: string;
}

/** What is printed when runs are over: the comparison, the accuracy matrix of each, and where the results are. */
export function reportText(runs: readonly FinishedRun[], page: Page, by?: CompareBy): string {
  const results = runs.map(({ result }) => result);
  return [
    comparison(results, page, by),
    // Of several seeds each run's directory has its own.
    ...(results.some(({ seed }) => seed !== results[0]?.seed) ? [] : results.map((result) => matrix(result, page))),
    ['results:', ...runs.map(({ path }) => `  ${path}`)].join('\n'),
  ].join('\n\n');
}

/** Where runs that were cut off go on, one a line: of several directories of a name it is the one that got furthest. */
export function resumptionLines(runs: readonly PlannedRun[]): readonly string[] {
  return runs.flatMap((run) => {
    const { opened } = run;
    if (opened.state !== 'unfinished') return [];
    const place = opened.place === undefined ? 'from its start' : placeText(opened.place);
    return [`${runTitle(run, runs)} goes on ${place}, in ${opened.directory.path}`];
  });
}

/** What there is to be warned of before any run starts, one a line: nobody should train for an hour to learn it. */
export function earlyWarningLines(runs: readonly PlannedRun[]): readonly string[] {
  return runs.flatMap(({ setup, opened }) =>
    opened.state === 'finished' ? [] : (setup.warnings ?? []).map(({ message }) => ofRun(setup.learnerName, message)),
  );
}

/**
 * What there is to be warned of in the end, one a line: in each run, and in the comparison of all.
 *
 * @param shown lines that were shown before, and are not repeated
 * @param by the accuracy that learners are compared by
 */
export function warningLines(
  results: readonly RunResult[],
  shown: readonly string[] = [],
  by?: CompareBy,
): readonly string[] {
  return [
    ...results.flatMap(({ learner, warnings }) => warnings.map(({ message }) => ofRun(learner, message))),
    ...comparisonWarnings(results, by).map(({ message }) => `warning: ${message}`),
  ].filter((line) => !shown.includes(line));
}

function ofRun(learner: string, message: string): string {
  return `warning: ${learner}: ${message}`;
}

/** What a run is called: its learner, and its seed where there are several. */
export function runTitle({ setup }: PlannedRun, runs: readonly PlannedRun[]): string {
  const several = runs.some((other) => other.setup.seed !== setup.seed);
  return several ? `${setup.learnerName}, seed ${setup.seed}` : setup.learnerName;
}

/**
 * What an interrupted run leaves behind, and how to go on with it.
 *
 * @param title what the run is called
 * @param outcome its newest checkpoint of this session, and the task after which this session went on
 * @param command that reverie was called with
 */
export function interruptionText(
  { opened }: PlannedRun,
  title: string,
  { checkpoint, resumedAfter }: { readonly checkpoint?: CheckpointSaved; readonly resumedAfter: number },
  command: string,
): string {
  const kept =
    checkpoint !== undefined
      ? `the checkpoint ${placeText(checkpoint)} is kept: ${checkpoint.path}`
      : resumedAfter > 0
        ? `the checkpoint after task ${resumedAfter} is kept in ${opened.directory.path}`
        : 'no task was finished yet, so there is no checkpoint to keep';
  const again = /\s--resume(\s|$)/.test(command) ? command : `${command} --resume`;
  return `reverie: interrupted while running ${title}; ${kept}\nGo on with: ${again}`;
}
