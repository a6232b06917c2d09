import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryPrefix } from './atomic-write.js';
import { badOutput, isSystemError } from './bad-output.js';
import { checkIdentity, packCheckpoint, unpackCheckpoint } from './checkpoint.js';
import type { Checkpoint, CheckpointIdentity } from './checkpoint.js';
import { makeDirectory } from './make-directory.js';
import { readTensorFile, writeTensorFile } from './tensor-file.js';

/** Where the checkpoints of one run are kept. */
export interface CheckpointStore {
  /** Keeps a checkpoint and tells under which path. Older ones may go once it is safe. */
  save(checkpoint: Checkpoint): Promise<string>;
  /**
   * The checkpoint to go on from, or undefined where there is none.
   *
   * @throws ReverieError `bad-checkpoint` where it is damaged, or of another run than `identity`
   */
  latest(identity: CheckpointIdentity): Promise<StoredCheckpoint | undefined>;
}

export interface StoredCheckpoint {
  readonly path: string;
  readonly checkpoint: Checkpoint;
}

/** How many checkpoints are kept: should the newest be damaged, the run can go on from the one before. */
const kept = 2;

/** Name of the file with the checkpoint after a task. */
export function checkpointFile(task: number): string {
  return `task-${task}.reverie`;
}

/** A store in a folder, which is made by the first save: one file a task, the last two kept. */
export function checkpointFolder(folder: string): CheckpointStore {
  return {
    async save(checkpoint) {
      const path = join(folder, checkpointFile(checkpoint.task));
      await makeDirectory(folder).catch((error: unknown) => {
        throw badOutput(folder, error);
      });
      await writeTensorFile(path, packCheckpoint(checkpoint));
      await removeOld(folder, checkpoint.task);
      return path;
    },

    async latest(identity) {
      const found = await newestCheckpoint(folder, (earlier) =>
        earlier === undefined
          ? 'delete it to start from the beginning with --resume'
          : `delete it to resume from task ${earlier} with --resume`,
      );
      if (found !== undefined) checkIdentity(found.path, found.checkpoint.identity, identity);
      return found;
    },
  };
}

/**
 * The checkpoint after the last task that has one in this folder, whatever run it is of; undefined where there is none.
 *
 * @param advise what to do should it be damaged, given the task of the one before, if there is one
 * @throws ReverieError `bad-checkpoint` where it is damaged
 */
export async function newestCheckpoint(
  folder: string,
  advise: (earlier: number | undefined) => string,
): Promise<StoredCheckpoint | undefined> {
  const tasks = (await list(folder)).flatMap((name) => taskOf(name) ?? []).sort((a, b) => b - a);
  const [task, earlier] = tasks;
  if (task === undefined) return undefined;
  const path = join(folder, checkpointFile(task));
  const advice = advise(earlier);
  return { path, checkpoint: unpackCheckpoint(await readTensorFile(path, advice), path, advice) };
}

async function removeOld(folder: string, task: number): Promise<void> {
  for (const name of await list(folder)) {
    const of = taskOf(name);
    const old = of === undefined ? name.startsWith(temporaryPrefix) : of <= task - kept;
    // What cannot be deleted costs room but harms nothing: no reason to end a run.
    if (old) await rm(join(folder, name), { force: true }).catch(() => undefined);
  }
}

async function list(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return [];
    throw badOutput(folder, error);
  }
}

function taskOf(name: string): number | undefined {
  const digits = /^task-([1-9]\d*)\.reverie$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
