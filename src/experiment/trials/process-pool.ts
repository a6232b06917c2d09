import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { from, mergeMap } from 'rxjs';
import type { Observable } from 'rxjs';
import { errorKinds, ReverieError } from '../../core/errors.js';
import type { ErrorCode } from '../../core/errors.js';
import type { Json } from '../../core/snapshot.js';
import { trialTitle } from './trial-kind.js';
import type { TrialKind } from './trial-kind.js';
import type { CrossingError, FromTrialProcess, ToTrialProcess } from './trial-process.js';
import { oneTrial } from './trial-runner.js';
import type { OpenedTrial, TrialEvent, TrialRunner, TrialRunnerOptions } from './trial-runner.js';

export interface ProcessPoolOptions {
  /** Module that calls {@link import('./trial-process.js').serveTrial}. */
  readonly worker: URL;
  /** What the module needs to know to make kinds of trials: the engine, plug-ins, folders. */
  readonly environment: Json;
  /** Cores of this machine; as many as there are unless given. */
  readonly cores?: number;
}

/** Characters of what a process wrote on stderr that are kept for the message, should it end unexpectedly. */
const keptOutput = 2000;

/**
 * Runs each trial in a process of its own, so that its peak of memory is its own, and one that is killed, or runs out of
 * memory, takes no other with it. The cores are shared out: of C cores each of W trials at a time has ⌊C/W⌋, at least one;
 * the number changes no byte of a result.
 *
 * A process that ends without an answer is the failure `trial-failed` of its trial. Should this process end, all end.
 */
export function processPool({ worker, environment, cores = availableParallelism() }: ProcessPoolOptions): TrialRunner {
  return {
    run<Spec, Event, Result>(
      kind: TrialKind<Spec, Event, Result>,
      trials: readonly OpenedTrial<Result>[],
      { concurrency, signal }: TrialRunnerOptions,
    ): Observable<TrialEvent<Event, Result>> {
      const threads = Math.max(1, Math.floor(cores / Math.min(concurrency, trials.length)));
      const execute = ({ trial, directory: { path, resume } }: OpenedTrial<Result>) =>
        oneTrial<Event, Result>(trial, signal, async (stop, report) => {
          const message = { type: 'run', trial, directory: path, resume, environment } as const;
          const result = await inChild(startProcess(worker, threads), message, stop, (event) => {
            report(event as Event);
          });
          return result === undefined ? undefined : kind.result.parse(result);
        });
      return from(trials).pipe(mergeMap(execute, concurrency));
    },
  };
}

function startProcess(worker: URL, threads: number): ChildProcess {
  const source = worker.pathname.endsWith('.ts');
  return fork(fileURLToPath(worker), {
    // Plain data as it is: numbers that JSON has no word for, and -0, cross too.
    serialization: 'advanced',
    execArgv: source
      ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href]
      : process.execArgv.filter((option) => !option.startsWith('--inspect')),
    env: { ...process.env, REVERIE_THREADS: String(threads) },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

/**
 * Has a process run a trial.
 *
 * @returns its result; undefined where it was stopped
 * @throws what the trial failed with; trial-failed where the process ended without saying
 */
function inChild(
  child: ChildProcess,
  message: ToTrialProcess & { type: 'run' },
  stop: AbortSignal,
  report: (event: unknown) => void,
): Promise<unknown> {
  let output = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-keptOutput);
  });
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', kill);
  const askToStop = (): void => {
    post(child, { type: 'stop' });
  };
  stop.addEventListener('abort', askToStop);
  return new Promise<unknown>((resolve, reject) => {
    child.on('message', (answer: FromTrialProcess) => {
      if (answer.type === 'event') report(answer.event);
      else if (answer.type === 'failed') reject(restored(answer.error));
      else resolve(answer.type === 'result' ? answer.result : undefined);
    });
    child.on('error', reject);
    // After all its messages: `close` waits for the channel and for stderr. A promise is settled once, by the first.
    child.on('close', (code, signal) => {
      // Ctrl-C reaches every process of a terminal, also one that is too young to leave it to its parent.
      if (stop.aborted) resolve(undefined);
      else reject(endedUnexpectedly(message, code, signal, output));
    });
    post(child, message);
    if (stop.aborted) askToStop();
  }).finally(() => {
    process.off('exit', kill);
    stop.removeEventListener('abort', askToStop);
  });
}

/** A process that is gone takes no message; what became of it is known by its end. */
function post(child: ChildProcess, message: ToTrialProcess): void {
  if (child.connected) child.send(message, () => undefined);
}

function restored({ message, code, stack }: CrossingError): Error {
  const error =
    code !== undefined && code in errorKinds ? new ReverieError(code as ErrorCode, message) : new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}

function endedUnexpectedly(
  { trial }: ToTrialProcess & { type: 'run' },
  code: number | null,
  signal: NodeJS.Signals | null,
  output: string,
): ReverieError {
  const how = signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
  const reason = output.split('\n').find((line) => /^FATAL ERROR|Error\b/.test(line.trim()));
  const advice =
    signal === 'SIGKILL' || output.includes('heap out of memory')
      ? 'if memory ran out, run fewer at a time with --workers'
      : 'run it alone to see more';
  return new ReverieError(
    'trial-failed',
    `the process of ${trialTitle(trial)} ended with ${how}${reason === undefined ? '' : ` (${reason.trim()})`}; ${advice}, ` +
      'and go on from its last checkpoint with --resume',
  );
}
