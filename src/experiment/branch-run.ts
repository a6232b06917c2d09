import { join } from 'node:path';
import { ReverieError } from '../core/errors.js';
import type { RunDescription, RunOrigin } from '../core/events.js';
import type { Json } from '../core/snapshot.js';
import type { Warning } from '../core/warning.js';
import { exactJson } from '../files/exact-json.js';
import { readGiven } from '../files/given-file.js';
import { writeAtomically } from '../files/output-file.js';
import { checkpointFile, namesIn, readCheckpoint, taskEndsIn, type StoredCheckpoint } from './checkpoint-store.js';
import { logUpTo } from './log-cut.js';
import { runDirectory, runFiles, type OpenedRun, type RunDirectory } from './run-directory.js';
import { filesOfRun } from './saved-run.js';

/** The end of a task in a saved run, from which another run may go on. */
export interface BranchPoint {
  readonly origin: RunOrigin;
  /** The run's directory. */
  readonly path: string;
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
  await filesOfRun(path);
  const ends = taskEndsIn(await namesIn(folder));
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
  return { origin, path, learner, stored, log: log.subarray(firstEnd, cut.bytes) };
}

/** A file that an observer of a run left. */
export interface ObserverFile {
  readonly name: string;
  readonly content: Buffer;
}

/** Those of these files that the saved run has. @throws ReverieError `bad-data` where one cannot be read */
export async function observerFiles({ path }: BranchPoint, names: readonly string[]): Promise<readonly ObserverFile[]> {
  const there = new Set(await namesIn(path));
  const expected = { what: 'a file that an observer of that run wrote', remedy: 'delete it to go on without it' };
  return Promise.all(
    names
      .filter((name) => there.has(name))
      .map(async (name) => ({ name, content: await readGiven(join(path, name), expected) })),
  );
}

/**
 * Makes a new directory that of a run which was cut off at a branch point: its checkpoint and its log are those of the
 * other run, under the new run's description.
 *
 * @param warnings of the branch itself, which become part of its state
 * @param files of observers of the other run, which go on in copies
 */
export async function branchRun(
  directory: RunDirectory,
  { stored, log, origin }: BranchPoint,
  description: RunDescription,
  {
    warnings = [],
    files = [],
  }: { readonly warnings?: readonly Warning[]; readonly files?: readonly ObserverFile[] } = {},
): Promise<OpenedRun> {
  const { checkpoint } = stored;
  const noted = [...warnings.map(({ code, message }) => ({ code, message })), ...checkpoint.state.warnings];
  const state = { ...checkpoint.state, description: { ...description }, warnings: noted };
  await directory.checkpoints.save({ ...checkpoint, state });
  const first = [{ type: 'run-started', ...description, resumedAfter: 0 }, ...warnings];
  const lines = first.map((event) => `${exactJson({ ...event, at: 0 } as unknown as Json)}\n`);
  await writeAtomically(directory.eventLog, async (file) => {
    await file.writeFile(Buffer.concat([Buffer.from(lines.join('')), log]));
  });
  for (const { name, content } of files) {
    await writeAtomically(join(directory.path, name), async (file) => {
      await file.writeFile(content);
    });
  }
  return { state: 'unfinished', directory, place: { task: origin.after } };
}
