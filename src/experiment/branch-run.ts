import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ReverieError } from '../core/errors.js';
import type { RunDescription, RunOrigin } from '../core/events.js';
import { exactJson } from '../files/exact-json.js';
import { readGiven } from '../files/given-file.js';
import { writeAtomically } from '../files/output-file.js';
import { checkpointFile, readCheckpoint, taskEndsIn, type StoredCheckpoint } from './checkpoint-store.js';
import { logUpTo } from './log-cut.js';
import { runDirectory, runFiles, type OpenedRun, type RunDirectory } from './run-directory.js';
import type { Json } from '../core/snapshot.js';

/** The end of a task in a saved run, from which another run may go on. */
export interface BranchPoint {
  readonly origin: RunOrigin;
  /** Label of the learner. */
  readonly learner: string;
  readonly stored: StoredCheckpoint;
  /** The events of the saved run up to there, without its `run-started`. */
  readonly log: Buffer;
}

/**
 * Reads the end of a task of a saved run.
 *
 * @param path the run's directory
 * @param after the task; the last one that has a checkpoint unless given
 * @throws ReverieError `bad-checkpoint` where there is none, or it is damaged
 */
export async function readBranchPoint(path: string, after?: number): Promise<BranchPoint> {
  const folder = join(path, runFiles.checkpoints);
  const ends = taskEndsIn(await readdir(folder).catch(() => []));
  const task = after ?? ends[0];
  if (task === undefined || !ends.includes(task)) {
    const there = ends.length === 0 ? 'there is none' : `there are those after tasks ${[...ends].reverse().join(', ')}`;
    throw new ReverieError(
      'bad-checkpoint',
      `${path} has no checkpoint after ${task === undefined ? 'a task' : `task ${task}`}: ${there}; a run keeps the last ` +
        'two, or all where its scenario has "checkpoint: { keep: all }"',
    );
  }
  const stored = await readCheckpoint(join(folder, checkpointFile({ task })), 'run that scenario again');
  const { run, scenarioDigest, seed, learner } = stored.checkpoint.state.description;
  const { eventLog } = runDirectory(path);
  const expected = { what: 'the log of that run', remedy: 'go on from another', code: 'bad-checkpoint' } as const;
  const log = await readGiven(eventLog, expected);
  const cut = logUpTo(log, { task });
  const firstEnd = log.indexOf('\n') + 1;
  if (cut === undefined || firstEnd === 0) {
    throw new ReverieError(
      'bad-checkpoint',
      `${eventLog} does not reach the end of task ${task}; go on from another run`,
    );
  }
  const origin = { run, scenarioDigest, seed, after: task };
  return { origin, learner, stored, log: log.subarray(firstEnd, cut.bytes) };
}

/**
 * Makes a new directory that of a run which was cut off at a branch point: its checkpoint and its log are those of the
 * other run, under the new run's description.
 */
export async function branchRun(
  directory: RunDirectory,
  { stored, log, origin }: BranchPoint,
  description: RunDescription,
): Promise<OpenedRun> {
  const { checkpoint } = stored;
  await directory.checkpoints.save({ ...checkpoint, state: { ...checkpoint.state, description: { ...description } } });
  const started = { type: 'run-started', ...description, resumedAfter: 0, at: 0 } as unknown as Json;
  await writeAtomically(directory.eventLog, async (file) => {
    await file.writeFile(Buffer.concat([Buffer.from(`${exactJson(started)}\n`), log]));
  });
  return { state: 'unfinished', directory, place: { task: origin.after } };
}
