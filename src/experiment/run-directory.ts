import { join } from 'node:path';
import type { RunResult } from '../core/result.js';
import { checkpointFolder } from './checkpoint-store.js';
import type { CheckpointStore } from './checkpoint-store.js';
import { directoryName, openNumberedDirectory } from './numbered-directory.js';
import type { CheckpointPlace } from './checkpoint.js';

/** What a run is called: its directory is `<scenario>-<learner>-<seed>`. */
export interface RunName {
  readonly scenario: string;
  readonly learner: string;
  readonly seed: number;
}

/** Names in the directory of a run. */
export const runFiles = {
  result: 'result.json',
  events: 'events.jsonl',
  checkpoints: 'checkpoints',
  lock: 'running.lock',
} as const;

/** The directory of one run, and what is where in it. */
export interface RunDirectory {
  readonly path: string;
  /** `result.json`, there once the run is finished. */
  readonly resultFile: string;
  /** `events.jsonl`. */
  readonly eventLog: string;
  /** `running.lock`, there while a process runs it, or was killed while it did. */
  readonly lock: string;
  /** `checkpoints/task-<number>.reverie`. */
  readonly checkpoints: CheckpointStore;
}

/** A directory to run in, from the start or from where an earlier run was cut off; or one whose run is finished. */
export type OpenedRun =
  | { readonly state: 'new'; readonly directory: RunDirectory }
  | {
      readonly state: 'unfinished';
      readonly directory: RunDirectory;
      /** Of its newest checkpoint; absent where it has none. */
      readonly place?: CheckpointPlace;
    }
  | { readonly state: 'finished'; readonly directory: RunDirectory; readonly result: RunResult };

/**
 * Makes the directory of a run below `out`, and never touches what is there: where the name is taken, it is `<name>.2`,
 * `<name>.3` and so on.
 *
 * Call it when all else about the run is known to be good, so that bad input leaves no directory behind.
 *
 * @param out directory for all runs, e.g. `runs`; made if missing
 * @throws ReverieError `bad-output` where `out` is a file or may not be written
 */
export async function newRunDirectory(out: string, name: RunName): Promise<OpenedRun> {
  const { path } = await openNumberedDirectory(out, runName(name), false);
  return { state: 'new', directory: runDirectory(path) };
}

/** The name of a run's directory; what could lead elsewhere or trouble a file system becomes a dash. */
export function runName({ scenario, learner, seed }: RunName): string {
  // A label such as `rehearsal (decay=cosine)` ends with what a name of a directory cannot have.
  return directoryName(`${scenario}-${learner.replace(/[^A-Za-z0-9._-]+$/, '')}-${seed}`);
}

/** What is where in a run's directory. */
export function runDirectory(path: string): RunDirectory {
  return {
    path,
    resultFile: join(path, runFiles.result),
    eventLog: join(path, runFiles.events),
    lock: join(path, runFiles.lock),
    checkpoints: checkpointFolder(join(path, runFiles.checkpoints)),
  };
}
