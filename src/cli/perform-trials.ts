import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { lastValueFrom, tap } from 'rxjs';
import { errorKinds, isReverieError, ReverieError } from '../core/errors.js';
import type { Json } from '../core/snapshot.js';
import type { Trial } from '../core/trial.js';
import { writeAtomically } from '../files/output-file.js';
import { prettyJson } from '../files/exact-json.js';
import { planTrials, runTrials } from '../experiment/trials/run-trials.js';
import { trialTitle, type TrialKind } from '../experiment/trials/trial-kind.js';
import type { TrialRunner } from '../experiment/trials/trial-runner.js';
import { trialFolder } from '../experiment/trials/trial-store.js';
import type { CliContext } from './cli-context.js';
import { studyDisplay } from './progress/study-display.js';

/** The trials of a study, which can start. */
export interface PlannedTrials<Spec, Event extends { readonly done: number }, Result> {
  /** What is about to be made, in a line. */
  readonly headline: string;
  /** Directory of its results. */
  readonly path: string;
  readonly kind: TrialKind<Spec, Event, Result>;
  readonly trials: readonly Trial[];
  /** How long each takes compared with the others, to estimate how much is done; all the same if not given. */
  readonly work?: readonly number[];
  readonly runner: TrialRunner;
  /** A line for a finished trial. */
  readonly resultText: (trial: Trial, result: Result) => string;
  /** What is being done. */
  readonly eventText: (trial: Trial, event: Event) => string;
}

export interface TrialsOptions {
  /** Trials at a time. */
  readonly workers: number;
  readonly json: boolean;
  readonly quiet: boolean;
}

/**
 * Runs the trials that are not finished, and shows how they get on. What fails fails alone: the others are run, and then it
 * is thrown.
 *
 * @returns their results, in the order of the trials; undefined where the user interrupted them, which is reported
 */
export async function performTrials<Spec, Event extends { readonly done: number }, Result>(
  {
    headline,
    path,
    kind,
    trials,
    work = trials.map(() => 1),
    runner,
    resultText,
    eventText,
  }: PlannedTrials<Spec, Event, Result>,
  { workers, json, quiet }: TrialsOptions,
  context: CliContext,
): Promise<readonly Result[] | undefined> {
  const { out, err, clock, command } = context;
  await refuseCells(path);
  const progress = json ? err : out;
  const display = studyDisplay(progress, clock);
  if (!quiet) progress.write(`${headline}\n`);
  const stop = new AbortController();
  const release = context.onInterrupt(() => {
    stop.abort();
  });
  const results = new Map<string, Result>();
  const failures: { readonly trial: Trial; readonly error: unknown }[] = [];
  const doneOf = new Map<string, number>();
  const begun = new Set<Trial>();
  const total = work.reduce((sum, one) => sum + one, 0);
  try {
    const planned = await planTrials(trials, trialFolder(path, kind));
    const events = runTrials(kind, planned, runner, { concurrency: workers, signal: stop.signal }).pipe(
      tap((event) => {
        const { trial } = event;
        if (event.type === 'trial-failed') failures.push(event);
        else if (event.type === 'trial-kept' || event.type === 'trial-completed') {
          results.set(trial.digest, event.result);
          doneOf.set(trial.digest, 1);
          const suffix = event.type === 'trial-kept' ? ', made before' : '';
          if (!quiet) display.line(`${resultText(trial, event.result)}${suffix}`);
        } else if (event.type === 'trial-progressed') {
          doneOf.set(trial.digest, event.event.done);
          begun.add(trial);
          const done =
            trials.reduce((sum, { digest }, i) => sum + (doneOf.get(digest) ?? 0) * (work[i] ?? 0), 0) / total;
          if (!quiet) display.progress(eventText(trial, event.event), done);
        }
      }),
    );
    await lastValueFrom(events, { defaultValue: undefined });
  } finally {
    display.end();
    release();
  }
  if (stop.signal.aborted && results.size < trials.length) {
    const again = /\s--resume(\s|$)/.test(command) ? command : `${command} --resume`;
    err.write(`reverie: interrupted; the finished trials are kept in ${path}\nGo on with: ${again}\n`);
    return undefined;
  }
  const [first] = failures;
  if (first !== undefined) throw failure(first, begun.has(first.trial));
  return trials.flatMap(({ digest }) => results.get(digest) ?? []);
}

/** Writes a study next to its trials. Studies are plain data; whoever writes the text refuses what is none. */
export async function writeStudy(path: string, study: object): Promise<void> {
  const text = prettyJson(study as Json);
  await writeAtomically(join(path, 'result.json'), (file) => file.writeFile(text)).catch((error: unknown) => {
    throw ofRun(error, isReverieError(error) ? error.message : '');
  });
}

function failure({ trial, error }: { readonly trial: Trial; readonly error: unknown }, begun: boolean): unknown {
  if (!isReverieError(error)) return error;
  const message = `${trialTitle(trial)}: ${error.message}`;
  return begun ? ofRun(error, message) : new ReverieError(error.code, message, { cause: error });
}

/** Once something was run, what goes wrong, say a full disk, is no mistake of whoever called. */
function ofRun(error: unknown, message: string): unknown {
  if (!isReverieError(error)) return error;
  const code = errorKinds[error.code] === 'input' ? 'trial-failed' : error.code;
  return new ReverieError(code, message, { cause: error });
}

/** @throws bad-checkpoint for the directory of a study of version 0.1, whose results had other fields */
async function refuseCells(path: string): Promise<void> {
  const cells = join(path, 'cells');
  if ((await stat(cells).catch(() => undefined)) === undefined) return;
  throw new ReverieError(
    'bad-checkpoint',
    `${cells} is of reverie 0.1, whose studies cannot be gone on with; start anew without --resume`,
  );
}
