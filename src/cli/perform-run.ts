import { lastValueFrom, tap } from 'rxjs';
import type { CheckpointSaved, RunEvent } from '../core/events.js';
import type { RunResult } from '../core/result.js';
import { writeEventLog } from '../experiment/event-log.js';
import { saveResult } from '../experiment/result-file.js';
import { runEvents } from '../experiment/run.js';
import type { PlannedRun } from './planned-run.js';

/** What came of a run. */
export interface Outcome {
  /** Absent where the run was interrupted. */
  readonly result?: RunResult;
  /** The newest checkpoint that this session left. */
  readonly checkpoint?: CheckpointSaved;
  /** Task after which this session went on; 0 for a run from the start. */
  readonly resumedAfter: number;
}

/**
 * Runs to the end, or until `stop` is aborted; in both cases everything is on disk when the promise is settled. A run that
 * was finished before is told with its result.
 *
 * @throws what the run fails with
 */
export async function performRun(
  { setup, opened }: PlannedRun,
  stop: AbortSignal,
  tell: (event: RunEvent) => void,
): Promise<Outcome> {
  if (opened.state === 'finished') return { result: opened.result, resumedAfter: opened.result.tasks.length };
  const { resultFile, eventLog } = opened.directory;
  let outcome: Outcome = { resumedAfter: 0 };
  const events = runEvents({ ...setup, stop }).pipe(
    saveResult(resultFile),
    writeEventLog(eventLog),
    tap((event) => {
      if (event.type === 'run-started') outcome = { ...outcome, resumedAfter: event.resumedAfter };
      if (event.type === 'checkpoint-saved') outcome = { ...outcome, checkpoint: event };
      if (event.type === 'run-completed') outcome = { ...outcome, result: event.result };
      tell(event);
    }),
  );
  await lastValueFrom(events, { defaultValue: undefined });
  return outcome;
}
