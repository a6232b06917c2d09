import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ReverieError } from '../core/errors.js';
import { closest } from '../core/suggestion.js';
import { placeText, type Checkpoint } from './checkpoint.js';
import { newestCheckpoint } from './checkpoint-store.js';
import { runFiles } from './run-directory.js';

/** What a run has left: its learner as it was at the newest checkpoint. */
export interface SavedRun {
  /** The run's directory. */
  readonly path: string;
  /** Whether it was run to its end; otherwise it was interrupted, or is still at it. */
  readonly finished: boolean;
  readonly checkpointPath: string;
  readonly checkpoint: Checkpoint;
}

/**
 * Reads what is needed to make the learner of a run anew.
 *
 * @param path the run's directory, e.g. `runs/split-mnist-rehearsal-1`
 * @throws ReverieError `bad-checkpoint` where there is no run, no checkpoint, or one that is damaged or too old
 */
export async function readSavedRun(path: string): Promise<SavedRun> {
  const files = await filesOfRun(path);
  const finished = files.includes(runFiles.result);
  const found = await newestCheckpoint(join(path, runFiles.checkpoints), (earlier) =>
    earlier === undefined
      ? 'run the scenario again'
      : `move it away to take the learner as it was ${placeText(earlier)}, or run the scenario again`,
  );
  if (found === undefined) {
    throw notUsable(
      path,
      finished
        ? 'has lost its checkpoints, and with them the learner; run the scenario again'
        : 'has no checkpoint: no task was finished; go on with "reverie run" and --resume first',
    );
  }
  return { path, finished, checkpointPath: found.path, checkpoint: found.checkpoint };
}

/**
 * Names of what is in the directory of a run.
 *
 * @throws ReverieError `bad-checkpoint` where it is no directory, or none of a run
 */
export async function filesOfRun(path: string): Promise<readonly string[]> {
  const files = await entries(path);
  if (files === undefined) throw notUsable(path, `is no directory${await suggestion(path)}`);
  if (![runFiles.result, runFiles.events, runFiles.checkpoints].some((name) => files.includes(name))) {
    throw notUsable(path, `holds no run: expected a directory that "reverie run" made${inside(files)}`);
  }
  return files;
}

function notUsable(path: string, problem: string): ReverieError {
  return new ReverieError('bad-checkpoint', `${path} ${problem}`);
}

async function entries(path: string): Promise<readonly string[] | undefined> {
  return readdir(path).catch(() => undefined);
}

async function suggestion(path: string): Promise<string> {
  const meant = closest(basename(path), (await entries(dirname(path))) ?? []);
  const hint = meant === undefined ? '' : `; did you mean ${join(dirname(path), meant)}?`;
  return `; expected that of a run, such as runs/split-mnist-rehearsal-1${hint}`;
}

/** The mistake to expect: to name the directory of all runs. */
function inside(files: readonly string[]): string {
  const [first] = files.filter((file) => /-\d+(\.\d+)?$/.test(file));
  return first === undefined ? '' : `, such as ${first} in it`;
}
