import { z } from 'zod';
import type { RunEvent } from '../core/events.js';
import type { RunResult } from '../core/result.js';
import type { Json } from '../core/snapshot.js';
import { ReverieError } from '../core/errors.js';
import { tryLock } from '../files/lock.js';
import { badOutput } from '../files/output-file.js';
import { eventLog } from './event-log.js';
import { executeRun } from './execute-run.js';
import { isRunning } from './find-run.js';
import { resultFile, resultSchema } from './result-file.js';
import { runDirectory } from './run-directory.js';
import type { RunSetup } from './run-setup.js';
import type { TrialKind } from './trials/trial-kind.js';

/**
 * The continual run as a kind of trial: a learner on a scenario with a seed. Its result, its log and its checkpoints are in
 * its directory.
 *
 * @param prepare the set-up of the run of this specification, in a directory, where it is to be run
 */
export function runKind(
  prepare: (spec: Json, seed: number, directory: string) => Promise<RunSetup>,
): TrialKind<Json, RunEvent, RunResult> {
  return {
    name: 'run',
    spec: z.custom<Json>((value) => value !== undefined, 'expected a scenario with one learner'),
    result: resultSchema,
    async *run(spec, seed, { directory: path, resume, signal }) {
      const { checkpoints, eventLog: log, resultFile: result, lock: lockFile } = runDirectory(path);
      const lock = await tryLock(lockFile).catch((error: unknown) => {
        throw badOutput(lockFile, error);
      });
      if ('heldBy' in lock) throw isRunning(path, lock.heldBy);
      try {
        const { observers = [], ...setup } = await prepare(spec, seed, path);
        // The result is safe before the log says that the run is completed.
        const all = [resultFile(result), eventLog(log), ...observers];
        const stop = AbortSignal.any([signal, lock.lost]);
        for await (const event of executeRun({ ...setup, observers: all, checkpoints, resume }, stop)) {
          if (lock.lost.aborted) throw takenOver(path);
          yield event;
          if (event.type === 'run-completed') return event.result;
        }
        if (lock.lost.aborted) throw takenOver(path);
        return undefined;
      } finally {
        await lock.release();
      }
    },
    measurements: ({ metrics }) =>
      Object.entries(metrics).map(([name, { value, definition }]) => ({ name, value, definition })),
    isFrequent: ({ type }) => type === 'batch-trained',
  };
}

/** This process was suspended for so long that another one took it for dead. */
function takenOver(path: string): ReverieError {
  return new ReverieError(
    'trial-failed',
    `${path} was taken over by another process while this one stood still; let that one finish, or stop it and go on with --resume`,
  );
}
