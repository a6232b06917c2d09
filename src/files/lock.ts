import { randomUUID } from 'node:crypto';
import { lstat, open, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { ReverieError } from '../core/errors.js';
import { isMissing, readGiven, type Expected } from './given-file.js';

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Of this taking of the lock alone. */
  readonly token: string;
}

/** Milliseconds. */
const expected: Expected = { maxBytes: 4096, what: 'a lock file', remedy: 'delete it', code: 'bad-output' };
const times = { removalTakes: 10, lookEvery: 500, beatEvery: 5_000, staleAfter: 60_000 };

/** A lock file that this process holds. */
export interface Lock {
  /** Aborted where another process took the lock over, which it may when this one was suspended for a minute. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/**
 * Takes a lock file, unless another process holds it. A lock is stale when its process on this machine is gone, or it has not
 * been renewed for a minute; of several that find it stale, one takes it over.
 *
 * @returns the process that holds it, where one does; 0 where the lock file does not name it
 */
export async function tryLock(path: string): Promise<Lock | { readonly heldBy: number }> {
  for (;;) {
    const token = await take(path);
    if (token !== undefined) return held(path, token);
    const holder = await holderOf(path);
    if (holder === undefined) continue;
    if (!(await isStale(path, holder))) return { heldBy: holder.pid };
    if (!(await removeStale(path, holder))) await delay(times.removalTakes);
  }
}

/**
 * Does `work` while holding the lock file, waiting for whoever holds it; see {@link tryLock}.
 *
 * @param waiting called once with the process that holds the lock, where one must wait
 */
export async function withLock<T>(
  path: string,
  signal: AbortSignal,
  waiting: (pid: number) => void,
  work: () => Promise<T>,
): Promise<T> {
  let lock = await tryLock(path);
  if ('heldBy' in lock) waiting(lock.heldBy);
  while ('heldBy' in lock) {
    await delay(times.lookEvery, undefined, { signal });
    lock = await tryLock(path);
  }
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

function held(path: string, token: string): Lock {
  const lost = new AbortController();
  const isOurs = async (): Promise<boolean> => (await holderOf(path))?.token === token;
  const renew = async (): Promise<void> => {
    const now = new Date();
    if (await isOurs()) await utimes(path, now, now);
    else lost.abort();
  };
  const beat = setInterval(() => void renew().catch(() => undefined), times.beatEvery).unref();
  return {
    lost: lost.signal,
    async release() {
      clearInterval(beat);
      if (await isOurs()) await rm(path, { force: true });
    },
  };
}

/** The process that holds the lock and is at work, 0 where the lock file does not name it; undefined where none is. */
export async function liveHolder(path: string): Promise<number | undefined> {
  const holder = await holderOf(path);
  return holder === undefined || (await isStale(path, holder)) ? undefined : holder.pid;
}

/** The token of the lock; undefined where somebody else holds it. */
async function take(path: string): Promise<string | undefined> {
  const holder: Holder = { pid: process.pid, host: hostname(), token: randomUUID() };
  const file = await open(path, 'wx').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  try {
    await file.writeFile(JSON.stringify(holder));
  } catch (error) {
    // On a full disk. An empty lock file is nobody's, and would be in everybody's way until it is stale.
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  return holder.token;
}

/** Who holds the lock; undefined where nobody does any more. */
async function holderOf(path: string): Promise<Holder | undefined> {
  const unknown = { pid: 0, host: '', token: '' };
  try {
    return { ...unknown, ...(JSON.parse((await readGiven(path, expected)).toString('utf8')) as Partial<Holder>) };
  } catch (error) {
    // It may be read before it is written.
    if (error instanceof SyntaxError) return unknown;
    if (!isMissing(error)) throw error;
    if ((await lstat(path).catch(() => undefined))?.isSymbolicLink() !== true) return undefined;
    throw new ReverieError('bad-output', `${path} is a link that leads nowhere; expected a lock file; delete it`);
  }
}

async function isStale(path: string, { pid, host }: Holder): Promise<boolean> {
  if (pid !== 0 && host === hostname() && !isAlive(pid)) return true;
  const there = await stat(path).catch(() => undefined);
  // eslint-disable-next-line no-restricted-properties -- the age of a file, in no result
  return there !== undefined && Date.now() - there.mtimeMs > times.staleAfter;
}

/**
 * Removes the lock of a holder that was found stale, and nobody else's. Only whoever has a second lock file removes, and
 * looks again before it does: by then another may have taken the lock over, and it is no longer the stale one.
 *
 * @returns false where another process is removing it
 */
async function removeStale(path: string, stale: Holder): Promise<boolean> {
  const removal = `${path}.removal`;
  if ((await take(removal)) === undefined) {
    const remover = await holderOf(removal);
    // It died between the two lines below.
    if (remover !== undefined && (await isStale(removal, remover))) await rm(removal, { force: true });
    return false;
  }
  try {
    const holder = await holderOf(path);
    if (holder?.token === stale.token && (await isStale(path, holder))) await rm(path, { force: true });
    return true;
  } finally {
    await rm(removal, { force: true });
  }
}

/** Whether there is such a process on this machine. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
