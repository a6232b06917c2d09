import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { badOutput, temporaryPrefix } from '../files/output-file.js';
import { isSystemError, makeDirectory } from '../files/file-system.js';
import { checkIdentity, packCheckpoint, placeText, unpackCheckpoint } from './checkpoint.js';
import type { Checkpoint, CheckpointPlace } from './checkpoint.js';
import type { RunIdentity } from './run-identity.js';
import { readTensorFile, writeTensorFile } from '../files/tensor-file.js';

/** Where the checkpoints of one run are kept. */
export interface CheckpointStore {
  /**
   * Keeps a checkpoint. Older ones may go once it is safe.
   *
   * @param ends whether those of the ends of all tasks stay; the last two of any kind stay anyway
   */
  save(checkpoint: Checkpoint, ends?: boolean): Promise<{ readonly path: string; readonly bytes: number }>;
  /**
   * The checkpoint to go on from, or undefined where there is none.
   *
   * @throws ReverieError `bad-checkpoint` where it is damaged, or of another run than `identity`
   */
  latest(identity: RunIdentity): Promise<StoredCheckpoint | undefined>;
}

export interface StoredCheckpoint {
  readonly path: string;
  readonly checkpoint: Checkpoint;
}

/** How many checkpoints are kept: should the newest be damaged, the run can go on from the one before. */
const kept = 2;

/** Name of the file of a checkpoint: `task-3.reverie`, or `task-4-iteration-200.reverie` within a task. */
export function checkpointFile({ task, iteration }: CheckpointPlace): string {
  return `task-${task}${iteration === undefined ? '' : `-iteration-${iteration}`}.reverie`;
}

/** A store in a folder, which is made by the first save: a file each, the last two kept. */
export function checkpointFolder(folder: string): CheckpointStore {
  return {
    async save(checkpoint, ends = false) {
      const path = join(folder, checkpointFile(checkpoint));
      await makeDirectory(folder).catch((error: unknown) => {
        throw badOutput(folder, error);
      });
      await writeTensorFile(path, packCheckpoint(checkpoint));
      // Older ones go only when this one is known to be readable.
      await readTensorFile(path, 'the disk does not keep what is written; choose another --out');
      await removeOld(folder, checkpoint, ends);
      return { path, bytes: (await stat(path)).size };
    },

    async latest(identity) {
      const found = await newestCheckpoint(folder, adviceToResume);
      if (found !== undefined) checkIdentity(found.path, found.checkpoint.state.description, identity);
      return found;
    },
  };
}

/**
 * The newest checkpoint in this folder, whatever run it is of; undefined where there is none.
 *
 * @param advise what to do should it be damaged, given the place of the one before, if there is one
 * @throws ReverieError `bad-checkpoint` where it is damaged
 */
export async function newestCheckpoint(
  folder: string,
  advise: (earlier: CheckpointPlace | undefined) => string,
): Promise<StoredCheckpoint | undefined> {
  const [newest, earlier] = placesIn(await namesIn(folder));
  if (newest === undefined) return undefined;
  return readCheckpoint(join(folder, checkpointFile(newest)), advise(earlier));
}

/**
 * Reads one checkpoint.
 *
 * @param advice what to do should it be damaged
 * @throws ReverieError `bad-checkpoint` where it is damaged
 */
export async function readCheckpoint(path: string, advice: string): Promise<StoredCheckpoint> {
  return { path, checkpoint: unpackCheckpoint(await readTensorFile(path, advice), path, advice) };
}

/** The tasks at whose ends the checkpoints of these names were left, the last one first. */
export function taskEndsIn(names: readonly string[]): readonly number[] {
  return placesIn(names).flatMap(({ task, iteration }) => (iteration === undefined ? [task] : []));
}

/** What to do about a damaged checkpoint when a run is resumed, given the place of the one before it. */
export function adviceToResume(earlier: CheckpointPlace | undefined): string {
  return earlier === undefined
    ? 'delete it to start from the beginning with --resume'
    : `delete it to resume ${placeText(earlier)} with --resume`;
}

async function removeOld(folder: string, newest: CheckpointPlace, ends: boolean): Promise<void> {
  const names = await namesIn(folder);
  // Newer ones than the one just saved are none of this run's business: they were damaged, and it went on before them.
  const old = placesIn(names)
    .filter((place) => laterPlace(newest, place) >= 0)
    .slice(kept)
    .filter(({ iteration }) => !ends || iteration !== undefined)
    .map(checkpointFile);
  for (const name of [...old, ...names.filter((one) => one.startsWith(temporaryPrefix))]) {
    // What cannot be deleted costs room but harms nothing: no reason to end a run.
    await rm(join(folder, name), { force: true }).catch(() => undefined);
  }
}

/** Names of what is in a folder; none where it is missing. @throws ReverieError `bad-output` */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return [];
    throw badOutput(folder, error);
  }
}

/** The places that checkpoints are of, newest first. */
function placesIn(names: readonly string[]): readonly CheckpointPlace[] {
  return names
    .flatMap((name): CheckpointPlace[] => {
      const [, task, iteration] = /^task-([1-9]\d*)(?:-iteration-([1-9]\d*))?\.reverie$/.exec(name) ?? [];
      if (task === undefined) return [];
      return [{ task: Number(task), ...(iteration === undefined ? {} : { iteration: Number(iteration) }) }];
    })
    .sort((a, b) => laterPlace(b, a));
}

/** Positive where `a` comes later in a run than `b`. */
export function laterPlace(a: CheckpointPlace, b: CheckpointPlace): number {
  if (a.task !== b.task) return a.task - b.task;
  const [first, second] = [a.iteration ?? Infinity, b.iteration ?? Infinity];
  return first === second ? 0 : first - second;
}
