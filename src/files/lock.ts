import { open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

interface Holder {
  readonly pid: number;
  readonly host: string;
}

/** Milliseconds. */
const times = { lookEvery: 500, beatEvery: 5_000, staleAfter: 60_000 };

/**
 * Does `work` while holding the lock file, waiting for whoever holds it. It saves two from doing the same work; what makes
 * two at once safe is that each works in a folder of its own and renames it at the end. A lock is stale when its process on
 * this machine is gone, or it has not been renewed for a minute.
 *
 * @param waiting is told once who holds the lock, where one must wait
 */
export async function withLock<T>(
  path: string,
  signal: AbortSignal,
  waiting: (pid: number) => void,
  work: () => Promise<T>,
): Promise<T> {
  let told = false;
  while (!(await take(path))) {
    const holder = await holderOf(path);
    if (holder === undefined || (await isStale(path, holder))) {
      await setAside(path);
      continue;
    }
    if (!told) waiting(holder.pid);
    told = true;
    await delay(times.lookEvery, undefined, { signal });
  }
  const beat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, times.beatEvery);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if ((await holderOf(path))?.pid === process.pid) await rm(path, { force: true });
  }
}

/** The process that holds the lock and is at work; undefined where none is. */
export async function liveHolder(path: string): Promise<number | undefined> {
  const holder = await holderOf(path);
  return holder === undefined || (await isStale(path, holder)) ? undefined : holder.pid;
}

async function take(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(JSON.stringify({ pid: process.pid, host: hostname() } satisfies Holder));
    await file.close();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Who holds the lock; undefined where nobody does any more. */
async function holderOf(path: string): Promise<Holder | undefined> {
  try {
    const { pid, host } = JSON.parse(await readFile(path, 'utf8')) as Partial<Holder>;
    // It may be read before it is written.
    return { pid: pid ?? 0, host: host ?? '' };
  } catch (error) {
    return error instanceof SyntaxError ? { pid: 0, host: '' } : undefined;
  }
}

async function isStale(path: string, { pid, host }: Holder): Promise<boolean> {
  if (pid !== 0 && host === hostname() && !isAlive(pid)) return true;
  const there = await stat(path).catch(() => undefined);
  // eslint-disable-next-line no-restricted-properties -- the age of a file, in no result
  return there !== undefined && Date.now() - there.mtimeMs > times.staleAfter;
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

/** Renamed before it is deleted: of two that find it stale, only one has it. */
async function setAside(path: string): Promise<void> {
  const aside = `${path}.${process.pid}`;
  await rename(path, aside).catch(() => undefined);
  await rm(aside, { force: true });
}
