import { access, constants, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ReverieError } from '../core/errors.js';
import type { RunResult } from '../core/result.js';
import { badOutput, isSystemError } from './bad-output.js';
import { checkpointFolder } from './checkpoint-store.js';
import type { CheckpointStore } from './checkpoint-store.js';
import { makeDirectory } from './make-directory.js';
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
 * there, a finished one is told with its result, and without any there is a new one.
 *
 * Call it when all else about the run is known to be good, so that bad input leaves no directory behind.
 *
 * @param out directory for all runs, e.g. `runs`; made if missing
 * @throws ReverieError `bad-output` where `out` is a file or may not be written, `bad-data` where a finished run's result
 *   is damaged
 */
export async function openRunDirectory(out: string, name: RunName, resume: boolean): Promise<OpenedRun> {
  await makeWritable(out);
  const base = runName(name);
  const newest = Math.max(0, ...(await readdir(out)).flatMap((entry) => numberOf(entry, base) ?? []));
  if (resume && newest > 0) {
    const directory = layout(join(out, numbered(base, newest)));
    if ((await entries(directory.path)).includes(runFiles.result)) {
      return { state: 'finished', directory, result: await readResult(directory.resultFile) };
    }
    await makeWritable(directory.path);
    return { state: 'unfinished', directory };
  }
  return { state: 'new', directory: layout(await claim(out, base, newest + 1)) };
}

/** The name of a run's directory; what could lead elsewhere or trouble a file system becomes a dash. */
export function runName({ scenario, learner, seed }: RunName): string {
  return `${scenario}-${learner}-${seed}`.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^\.+/, '-');
}

function layout(path: string): RunDirectory {
  return {
    path,
    resultFile: join(path, runFiles.result),
    eventLog: join(path, runFiles.events),
    checkpoints: checkpointFolder(join(path, runFiles.checkpoints)),
  };
}

async function makeWritable(path: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined;
    throw badOutput(path, error);
  });
  if (found !== undefined && !found.isDirectory()) {
    throw new ReverieError(
      'bad-output',
      `cannot write to ${path}: it is a file, expected a directory; choose another --out`,
    );
  }
  try {
    await makeDirectory(path);
    await access(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw badOutput(path, error);
  }
}

/** Makes the first free directory. `mkdir` fails for what is there, so that two runs at once never share one. */
async function claim(out: string, base: string, first: number): Promise<string> {
  for (let number = first; ; number++) {
    const path = join(out, numbered(base, number));
    try {
      await mkdir(path);
      return path;
    } catch (error) {
      if (!isSystemError(error) || error.code !== 'EEXIST') throw badOutput(path, error);
    }
  }
}

async function entries(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    throw badOutput(path, error);
  }
}

function numbered(base: string, number: number): string {
  return number === 1 ? base : `${base}.${number}`;
}

function numberOf(entry: string, base: string): number | undefined {
  if (entry === base) return 1;
  const digits = entry.startsWith(`${base}.`) ? entry.slice(base.length + 1) : '';
  return /^[1-9]\d{0,8}$/.test(digits) && digits !== '1' ? Number(digits) : undefined;
}
