import { readdir, readFile } from 'node:fs/promises';

/** What this process holds of the machine. */
export interface Held {
  /** Resident memory in MiB, after a collection of garbage where `--expose-gc` allows one. */
  readonly residentMiB: number;
  readonly threads: number;
  readonly descriptors: number;
}

/** On Linux; elsewhere there is no `/proc`. */
export async function held(): Promise<Held> {
  globalThis.gc?.();
  const status = await readFile('/proc/self/status', 'utf8');
  const kibibytes = Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1]);
  const [threads, descriptors] = await Promise.all([readdir('/proc/self/task'), readdir('/proc/self/fd')]);
  return { residentMiB: Math.round(kibibytes / 1024), threads: threads.length, descriptors: descriptors.length };
}
