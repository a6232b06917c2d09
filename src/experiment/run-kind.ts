import { z } from 'zod';
import type { RunEvent } from '../core/events.js';
import type { RunResult } from '../core/result.js';
import type { Json } from '../core/snapshot.js';
import { badOutput } from '../files/output-file.js';
import { EventLog } from './event-log.js';
import { executeRun } from './execute-run.js';
import { resultSchema, writeResult } from './result-file.js';
import { runDirectory } from './run-directory.js';
import type { RunSetup } from './run-setup.js';
import type { TrialKind } from './trials/trial-kind.js';

/**
 * The continual run as a kind of trial: a learner on a scenario with a seed. Its result, its log and its checkpoints are in
 * its directory.
 *
 * @param prepare the set-up of the run of this specification, where it is to be run
 */
export function runKind(
  prepare: (spec: Json, seed: number) => Promise<RunSetup>,
): TrialKind<Json, RunEvent, RunResult> {
  return {
    name: 'run',
    spec: z.custom<Json>((value) => value !== undefined, 'expected a scenario with one learner'),
    result: resultSchema,
    async *run(spec, seed, { directory: path, resume, signal }) {
      const directory = runDirectory(path);
      const setup = { ...(await prepare(spec, seed)), checkpoints: directory.checkpoints, resume };
      const log = new EventLog(directory.eventLog);
      const write = (event: RunEvent): void => {
        try {
          log.write(event);
        } catch (error) {
          throw badOutput(directory.eventLog, error);
        }
      };
      try {
        for await (const event of executeRun(setup, signal)) {
          // The result is safe before anybody hears of it.
          if (event.type === 'run-completed') await writeResult(directory.resultFile, event.result);
          write(event);
          yield event;
          if (event.type === 'run-completed') return event.result;
        }
        return undefined;
      } finally {
        log.abandon();
      }
    },
    measurements: ({ metrics }) =>
      Object.entries(metrics).map(([name, { value, definition }]) => ({ name, value, definition })),
    isFrequent: ({ type }) => type === 'batch-trained',
  };
}
