import { z } from 'zod';
import type { Json } from '../core/snapshot.js';
import { checkpointFile } from './checkpoint-store.js';

/** Where to cut the log of an interrupted run. */
export interface LogCut {
  /** Bytes of the log to keep. */
  readonly bytes: number;
  /** Seconds since the start of the run at that place. */
  readonly at: number;
  /** A line that the process was killed before it could write. */
  readonly missing?: Json;
}

const line = z.object({ type: z.string(), task: z.number().optional(), at: z.number() });

/**
 * The part of a log that a run resumed after `task` keeps: up to the line that tells that the checkpoint of that task was
 * saved. A process may be killed between saving and telling; then up to the end of the task, and the line is made up.
 * Undefined where the log does not tell of the task.
 */
export function logUpTo(log: Buffer, task: number): LogCut | undefined {
  let cut: LogCut | undefined;
  for (let start = 0; ;) {
    const end = log.indexOf('\n', start);
    if (end < 0) return cut;
    const event = parse(log.toString('utf8', start, end));
    if (event?.task === task && event.type === 'checkpoint-saved') return { bytes: end + 1, at: event.at };
    if (event?.task === task && event.type === 'task-ended') {
      const missing = { type: 'checkpoint-saved', task, path: `checkpoints/${checkpointFile(task)}`, at: event.at };
      cut = { bytes: end + 1, at: event.at, missing };
    }
    start = end + 1;
  }
}

function parse(text: string): z.infer<typeof line> | undefined {
  try {
    return line.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
