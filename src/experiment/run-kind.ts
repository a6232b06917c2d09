import { z } from 'zod';
import type { RunEvent } from '../core/events.js';
import type { RunResult } from '../core/result.js';
import type { Json } from '../core/snapshot.js';
import { eventLog } from './event-log.js';
import { executeRun } from './execute-run.js';
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
      const { checkpoints, eventLog: log, resultFile: result } = runDirectory(path);
      const { observers = [], ...setup } = await prepare(spec, seed, path);
      // The result is safe before the log says that the run is completed.
      const all = [resultFile(result), eventLog(log), ...observers];
      for await (const event of executeRun({ ...setup, observers: all, checkpoints, resume }, signal)) {
        yield event;
        if (event.type === 'run-completed') return event.result;
      }
      return undefined;
    },
    measurements: ({ metrics }) =>
      Object.entries(metrics).map(([name, { value, definition }]) => ({ name, value, definition })),
    isFrequent: ({ type }) => type === 'batch-trained',
  };
}
