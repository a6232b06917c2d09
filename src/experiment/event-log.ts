import { statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { RunEvent, RunStarted } from '../core/events.js';
import type { RunObserver } from '../core/observer.js';
import { isRecord, type Json } from '../core/snapshot.js';
import type { CheckpointPlace } from './checkpoint.js';
import { checkpointFile } from './checkpoint-store.js';
import { exactJson } from '../files/exact-json.js';
import { LineFile } from '../files/line-file.js';
import { logUpTo, type LogCut } from './log-cut.js';

export interface EventLogOptions {
  /** Of every so many iterations one `batch-trained` is logged, and the last of a task; 10 unless given. */
  readonly every?: number;
  /** Milliseconds from any beginning; `performance.now` unless given. */
  readonly clock?: () => number;
}

/**
 * Logs a run as JSON lines, each an event with `at`, seconds since the run began. The log is complete when the run ends,
 * however it ends. The file is made at the first event.
 *
 * `reduceRun` over the lines gives the result of the run: nothing but iterations between every tenth is left out. A
 * resumed run goes on in the log of the run it resumes, which is first cut back to the checkpoint: but for times the log
 * is then the one of a run that was never interrupted. `run-completed` is logged with the values of the metrics instead of
 * the result, and checkpoints by their path from the log.
 *
 * Lines are written synchronously, a few kilobytes a second, and forced to disk before a checkpoint is written: a log can
 * be ahead of its checkpoints, never behind.
 *
 * @throws ReverieError `bad-output`, when it observes and when it closes, where the file system refuses
 */
export function eventLog(
  path: string,
  { every = 10, clock = () => performance.now() }: EventLogOptions = {},
): RunObserver {
  const file = new LineFile(path);
  /** Clock's time at which the run began, or would have begun without interruption. */
  let began = 0;
  const write = (event: { readonly [key: string]: Json }, at: number): void => {
    file.write(exactJson({ ...event, at }));
  };
  return {
    observe(event) {
      if (event.type === 'run-started') {
        began = clock();
        let earlier: LogCut | undefined;
        const place = placeOf(event);
        file.open((content) => {
          // Without a checkpoint the run begins anew.
          if (place === undefined) return 0;
          earlier = logUpTo(content, place);
          // With a checkpoint that the log does not reach, what there is stays.
          return earlier?.bytes ?? content.length;
        });
        if (earlier !== undefined && place !== undefined) {
          began -= earlier.at * 1000;
          if (earlier.lacksSaved) write(savedEvent(place, path), earlier.at);
          return;
        }
      } else if (event.type === 'batch-trained') {
        if (event.iteration % every !== 0 && event.iteration !== event.iterations) return;
      }
      write(logged(event, dirname(path)), Math.round(clock() - began) / 1000);
      if (event.type !== 'batch-trained') file.flush(forced.has(event.type));
    },
    close() {
      file.close();
    },
  };
}

/** Events that are on the disk before the run goes on. */
const forced: ReadonlySet<RunEvent['type']> = new Set(['checkpoint-started', 'task-ended', 'run-completed']);

/** The checkpoint that a run goes on from; undefined for one from the start. */
function placeOf({ resumedAfter, resumedAtIteration }: RunStarted): CheckpointPlace | undefined {
  if (resumedAtIteration !== undefined) return { task: resumedAfter + 1, iteration: resumedAtIteration };
  return resumedAfter === 0 ? undefined : { task: resumedAfter };
}

/** What a process that was killed too early would have logged of its checkpoint. */
function savedEvent(place: CheckpointPlace, log: string): { readonly [key: string]: Json } {
  const path = `checkpoints/${checkpointFile(place)}`;
  const found = statSync(join(dirname(log), path), { throwIfNoEntry: false });
  return { type: 'checkpoint-saved', ...place, path, bytes: found?.size ?? 0, seconds: 0 };
}

/**
 * The events of a log, to be reduced to a result; what cannot be parsed, say a line that was cut off, is left out.
 *
 * @param text content of an `events.jsonl`
 */
export function* readEventLog(text: string): Generator<RunEvent, void, undefined> {
  for (const line of text.split('\n')) {
    let event: unknown;
    try {
      event = JSON.parse(line);
    } catch {
      continue;
    }
    if (isRecord(event) && typeof event['type'] === 'string') yield event as unknown as RunEvent;
  }
}

function logged(event: RunEvent, folder: string): Record<string, Json> {
  if (event.type === 'checkpoint-saved') {
    return { ...event, path: relative(folder, event.path).split(sep).join('/') };
  }
  if (event.type === 'run-completed') {
    const metrics = Object.entries(event.result.metrics).map(([name, { value }]) => [name, value] as const);
    const { type, timings } = event;
    return { type, timings: { ...timings }, metrics: Object.fromEntries(metrics) };
  }
  return JSON.parse(JSON.stringify(event)) as Record<string, Json>;
}
