import { closeSync, fsyncSync, ftruncateSync, readFileSync, statSync, writeSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { Observable } from 'rxjs';
import type { MonoTypeOperatorFunction } from 'rxjs';
import type { RunEvent, RunStarted } from '../core/events.js';
import { isRecord, type Json } from '../core/snapshot.js';
import { badOutput } from '../files/output-file.js';
import { openOwnFile } from '../files/own-file.js';
import type { CheckpointPlace } from './checkpoint.js';
import { checkpointFile } from './checkpoint-store.js';
import { exactJson } from '../files/exact-json.js';
import { logUpTo } from './log-cut.js';

export interface EventLogOptions {
  /** Of every so many iterations one `batch-trained` is logged, and the last of a task; 10 unless given. */
  readonly every?: number;
  /** Milliseconds from any beginning; `performance.now` unless given. */
  readonly clock?: () => number;
}

/**
 * Logs a run as JSON lines, each an event with `at`, seconds since the run began. Events pass on as they come; the log is
 * complete when the stream ends, however it ends. The file is made at the first event.
 *
 * `reduceRun` over the lines gives the result of the run: nothing but iterations between every tenth is left out. A
 * resumed run goes on in the log of the run it resumes, which is first cut back to the checkpoint: but for times the log
 * is then the one of a run that was never interrupted. `run-completed` is logged with the values of the metrics instead of
 * the result, and checkpoints by their path from the log.
 *
 * Lines are written synchronously, a few kilobytes a second, and forced to disk before a checkpoint is written: a log can
 * be ahead of its checkpoints, never behind.
 *
 * Fails with `bad-output` where the file system refuses, which cancels the run above it.
 */
export function writeEventLog(path: string, options: EventLogOptions = {}): MonoTypeOperatorFunction<RunEvent> {
  return (events) =>
    new Observable((out) => {
      const log = new EventLog(path, options);
      const subscription = events.subscribe({
        next: (event) => {
          try {
            log.write(event);
          } catch (error) {
            out.error(badOutput(path, error));
            return;
          }
          out.next(event);
        },
        error: (error: unknown) => {
          log.abandon();
          out.error(error);
        },
        complete: () => {
          try {
            log.close();
          } catch (error) {
            out.error(badOutput(path, error));
            return;
          }
          out.complete();
        },
      });
      subscription.add(() => {
        log.abandon();
      });
      return subscription;
    });
}

/** What {@link writeEventLog} writes with, for whoever pulls events. Errors of the file system come as they are. */
export class EventLog {
  readonly #path: string;
  readonly #every: number;
  readonly #clock: () => number;
  #file: number | undefined;
  #waiting = '';
  /** Clock's time at which the run began, or would have begun without interruption. */
  #began = 0;

  constructor(path: string, { every = 10, clock = () => performance.now() }: EventLogOptions = {}) {
    this.#path = path;
    this.#every = every;
    this.#clock = clock;
  }

  write(event: RunEvent): void {
    if (event.type === 'run-started') {
      if (this.#begin(event)) return;
    } else if (event.type === 'batch-trained') {
      if (event.iteration % this.#every !== 0 && event.iteration !== event.iterations) return;
    }
    this.#waiting += `${exactJson({ ...logged(event, dirname(this.#path)), at: this.#at() })}\n`;
    if (event.type !== 'batch-trained')
      this.#flush(event.type === 'checkpoint-started' || event.type === 'task-ended' || event.type === 'run-completed');
  }

  close(): void {
    if (this.#file === undefined) return;
    const file = this.#file;
    try {
      this.#flush(true);
    } finally {
      this.#file = undefined;
      closeSync(file);
    }
  }

  /** Closes a log whose run has failed or was cancelled: a failure to write it is not news then. */
  abandon(): void {
    try {
      this.close();
    } catch {
      this.#file = undefined;
    }
  }

  /** Opens the file. Whether it already has the run's beginning, and now ends at the checkpoint. */
  #begin({ resumedAfter, resumedAtIteration }: RunStarted): boolean {
    this.#began = this.#clock();
    this.#file = openOwnFile(this.#path);
    if (resumedAfter === 0 && resumedAtIteration === undefined) {
      // Without a checkpoint the run begins anew.
      ftruncateSync(this.#file, 0);
      return false;
    }
    const place =
      resumedAtIteration === undefined
        ? { task: resumedAfter }
        : { task: resumedAfter + 1, iteration: resumedAtIteration };
    const earlier = logUpTo(readFileSync(this.#file), place);
    // With a checkpoint that the log does not reach, what there is stays.
    if (earlier === undefined) return false;
    ftruncateSync(this.#file, earlier.bytes);
    this.#began -= earlier.at * 1000;
    this.#waiting = earlier.lacksSaved ? `${exactJson({ ...this.#saved(place), at: earlier.at })}\n` : '';
    return true;
  }

  /** What a process that was killed too early would have logged of its checkpoint. */
  #saved(place: CheckpointPlace): Record<string, Json> {
    const path = `checkpoints/${checkpointFile(place)}`;
    const found = statSync(join(dirname(this.#path), path), { throwIfNoEntry: false });
    return { type: 'checkpoint-saved', ...place, path, bytes: found?.size ?? 0, seconds: 0 };
  }

  #flush(force: boolean): void {
    if (this.#file === undefined) return;
    const bytes = Buffer.from(this.#waiting);
    this.#waiting = '';
    for (let done = 0; done < bytes.length;) done += writeSync(this.#file, bytes, done);
    if (force) fsyncSync(this.#file);
  }

  #at(): number {
    return Math.round(this.#clock() - this.#began) / 1000;
  }
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
