import { z } from 'zod';
import type { CheckpointPlace } from './checkpoint.js';

/** Where to cut the log of an interrupted run. */
export interface LogCut {
  /** Bytes of the log to keep. */
  readonly bytes: number;
  /** Seconds since the start of the run at that place. */
  readonly at: number;
  /** Whether the line that the checkpoint was saved is missing: the process was killed before it could write it. */
  readonly lacksSaved: boolean;
}

const line = z.object({
  type: z.string(),
  task: z.number().optional(),
  iteration: z.number().optional(),
  at: z.number(),
});

/**
 * The part of a log that a run resumed at this place keeps: up to the line that says that this checkpoint was saved, or
 * that it was being saved where a process was killed in between. Undefined where the log does not reach the place.
 */
export function logUpTo(log: Buffer, place: CheckpointPlace): LogCut | undefined {
  let cut: LogCut | undefined;
  for (let start = 0; ;) {
    const end = log.indexOf('\n', start);
    if (end < 0) return cut;
    const event = parse(log.toString('utf8', start, end));
    const here = event?.task === place.task && event.iteration === place.iteration;
    if (here && event.type === 'checkpoint-saved') return { bytes: end + 1, at: event.at, lacksSaved: false };
    if (here && event.type === 'checkpoint-started') cut = { bytes: end + 1, at: event.at, lacksSaved: true };
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
