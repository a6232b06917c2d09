import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isReverieError, ReverieError } from '../core/errors.js';
import { givenPieces } from '../files/given-file.js';
import { liveHolder } from '../files/lock.js';
import { badOutput, temporaryPrefix } from '../files/output-file.js';
import type { CheckpointPlace } from './checkpoint.js';
import { adviceToResume, laterPlace, newestCheckpoint } from './checkpoint-store.js';
import { readEventLog } from './event-log.js';
import { makeWritable, numberedDirectories } from './numbered-directory.js';
import { readResult } from './result-file.js';
import {
  newRunDirectory,
  runDirectory,
  runFiles,
  runName,
  type OpenedRun,
  type RunDirectory,
} from './run-directory.js';
import { identityDifference, type RunIdentity } from './run-identity.js';

/** What is in a directory that has the name of a run. */
interface Candidate {
  readonly opened: OpenedRun;
  /** Absent where nothing says which run it is: it was killed before it began, or the directory is not of a run. */
  readonly identity?: RunIdentity;
}

/**
 * The directory to resume a run in: of those of its name that hold this very run, the finished one, or else the one that
 * got furthest. Without any, a new one is made.
 *
 * @param scenario its name, which the directory has as well
 * @throws ReverieError `bad-checkpoint` where all that is there is of other runs, or damaged; `bad-output` where another
 *   process runs it now, or where it may not be written; `bad-data` where a result is damaged
 */
export async function findRun(out: string, scenario: string, wanted: RunIdentity): Promise<OpenedRun> {
  const name = { scenario, learner: wanted.learner, seed: wanted.seed };
  const candidates: Candidate[] = [];
  let damage: ReverieError | undefined;
  for (const path of await numberedDirectories(out, runName(name))) {
    const found = await look(runDirectory(path)).catch((error: unknown) => {
      if (!isReverieError(error)) throw error;
      damage ??= error;
    });
    if (found !== undefined) candidates.push(found);
  }
  const [best] = candidates
    .filter(({ identity }) => identity !== undefined && identityDifference(identity, wanted) === undefined)
    .sort((a, b) => progress(b.opened, a.opened));
  if (best !== undefined) return ready(best.opened);
  if (damage !== undefined) throw damage;
  const [newest] = candidates;
  if (newest === undefined) return newRunDirectory(out, name);
  if (newest.identity === undefined) return ready(newest.opened);
  const finished = newest.opened.state === 'finished' ? 'finished run' : 'run';
  throw new ReverieError(
    'bad-checkpoint',
    `${newest.opened.directory.path} holds another ${finished} of that name: ` +
      `${identityDifference(newest.identity, wanted) ?? ''}; run without --resume for a new one, or with another --out`,
  );
}

/** What a directory holds. @throws where it is damaged */
async function look(directory: RunDirectory): Promise<Candidate> {
  const { path, resultFile } = directory;
  const files = await readdir(path).catch((error: unknown) => {
    throw badOutput(path, error);
  });
  if (files.includes(runFiles.result)) {
    const result = await readResult(resultFile);
    return { opened: { state: 'finished', directory, result }, identity: result };
  }
  const found = await newestCheckpoint(join(path, runFiles.checkpoints), adviceToResume);
  if (found !== undefined) {
    const { task, iteration, state } = found.checkpoint;
    const place = { task, ...(iteration === undefined ? {} : { iteration }) };
    return { opened: { state: 'unfinished', directory, place }, identity: state.description };
  }
  const identity = files.includes(runFiles.events) ? await identityInLog(directory.eventLog) : undefined;
  return { opened: { state: 'unfinished', directory }, ...(identity === undefined ? {} : { identity }) };
}

/** Bytes of a log that its first line has at most. */
const firstLineBytes = 2 ** 22;

/** Of the `run-started` with which a log begins. */
async function identityInLog(path: string): Promise<RunIdentity | undefined> {
  const expected = { what: 'the log of a run', remedy: 'delete it to resume its run' };
  const pieces: Buffer[] = [];
  for await (const piece of givenPieces(path, expected, { bytes: firstLineBytes })) {
    pieces.push(piece);
    if (piece.includes('\n')) break;
  }
  const [first] = readEventLog(Buffer.concat(pieces).toString('utf8'));
  return first?.type === 'run-started' ? first : undefined;
}

/** Positive where `a` got further. */
function progress(a: OpenedRun, b: OpenedRun): number {
  if (a.state !== b.state) return a.state === 'finished' ? 1 : -1;
  const placeOf = (opened: OpenedRun): CheckpointPlace =>
    opened.state === 'unfinished' && opened.place !== undefined ? opened.place : { task: 0 };
  return laterPlace(placeOf(a), placeOf(b));
}

/** Makes sure that a directory can be run in, and nobody does, and takes away what a killed process left half-written. */
async function ready(opened: OpenedRun): Promise<OpenedRun> {
  if (opened.state === 'finished') return opened;
  const { path, lock } = opened.directory;
  await makeWritable(path);
  const pid = await liveHolder(lock);
  if (pid !== undefined) throw isRunning(path, pid);
  const partial = (await readdir(path)).filter((name) => name.startsWith(temporaryPrefix));
  await Promise.all(partial.map((name) => rm(join(path, name), { force: true })));
  return opened;
}

/**
 * A run that another process is at.
 *
 * @param pid 0 where its lock file is empty or damaged, as a crash of the machine may leave it
 */
export function isRunning(path: string, pid: number): ReverieError {
  const message =
    pid === 0
      ? `${path} has a lock file that names no process: ${runDirectory(path).lock}; delete it if nothing runs there, or try ` +
        'again in a minute, when it no longer counts'
      : `${path} is being run by process ${pid}; wait until it has ended, stop it, or run without --resume`;
  return new ReverieError('bad-output', message);
}
