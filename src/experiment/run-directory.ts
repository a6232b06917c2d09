import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunResult } from '../core/result.js';
import { badOutput } from '../files/output-file.js';
import { checkpointFolder } from './checkpoint-store.js';
import type { CheckpointStore } from './checkpoint-store.js';
import { directoryName, makeWritable, openNumberedDirectory } from './numbered-directory.js';
import { readResult } from './result-file.js';

/** What a run is called: its directory is `<scenario>-<learner>-<seed>`. */
export interface RunName {
  readonly scenario: string;
  readonly learner: string;
  readonly seed: number;
}

/** Names in the directory of a run. */
export const runFiles = { result: 'result.json', events: 'events.jsonl', checkpoints: 'checkpoints' } as const;

/** The directory of one run, and what is where in it. */
export interface RunDirectory {
  readonly path: string;
  /** `result.json`, there once the run is finished. */
  readonly resultFile: string;
  /** `events.jsonl`. */
  readonly eventLog: string;
  /** `checkpoints/task-<number>.reverie`. */
  readonly checkpoints: CheckpointStore;
}

/** A directory to run in, from the start or from where an earlier run was cut off; or one whose run is finished. */
export type OpenedRun =
  | { readonly state: 'new' | 'unfinished'; readonly directory: RunDirectory }
  | { readonly state: 'finished'; readonly directory: RunDirectory; readonly result: RunResult };

/**
 * Finds, or makes, the directory of a run below `out`, and never touches what is in another: where the name is taken, a
 * new run gets `<name>.2`, `<name>.3` and so on. With `resume` it is the newest of these: an unfinished run goes on
 * there, a finished one is given with its result, and without any there is a new one.
 *
 * Call it when all else about the run is known to be good, so that bad input leaves no directory behind.
 *
 * @param out directory for all runs, e.g. `runs`; made if missing
 * @throws ReverieError `bad-output` where `out` is a file or may not be written, `bad-data` where a finished run's result
 *   is damaged
 */
export async function openRunDirectory(out: string, name: RunName, resume: boolean): Promise<OpenedRun> {
  const { path, isNew } = await openNumberedDirectory(out, runName(name), resume);
  const directory = runDirectory(path);
  if (isNew) return { state: 'new', directory };
  if ((await entries(path)).includes(runFiles.result)) {
    return { state: 'finished', directory, result: await readResult(directory.resultFile) };
  }
  await makeWritable(path);
  return { state: 'unfinished', directory };
}

/** The name of a run's directory; what could lead elsewhere or trouble a file system becomes a dash. */
export function runName({ scenario, learner, seed }: RunName): string {
  return directoryName(`${scenario}-${learner}-${seed}`);
}

/** What is where in a run's directory. */
export function runDirectory(path: string): RunDirectory {
  return {
    path,
    resultFile: join(path, runFiles.result),
    eventLog: join(path, runFiles.events),
    checkpoints: checkpointFolder(join(path, runFiles.checkpoints)),
  };
}

async function entries(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    throw badOutput(path, error);
  }
}
