import { readFileSync } from 'node:fs';
import { ReverieError } from '../../core/errors.js';

/** Addresses that Node reserves for each memory of WebAssembly, so that accesses need no checks: 8 GiB and guards. */
const reserved = 10 * 2 ** 30;

const flag = '--disable-wasm-trap-handler';

/** What to say where a memory cannot be had. */
export const noRoom =
  'WebAssembly got no memory: Node reserves 10 GiB of addresses for each, and this process may not; raise its limit (ulimit -v, ' +
  `or that of the batch job), set NODE_OPTIONS=${flag} (Node 20.15 or later), with which each takes no more than it holds, or ` +
  'take --engine cpu';

/** What is known of this process. */
export interface AddressSpace {
  /** Bytes of addresses that it may reserve. */
  readonly limit: number;
  /** Bytes that it has reserved. */
  readonly used: number;
  /** Whether memories are reserved in full. */
  readonly guarded: boolean;
}

/**
 * Makes sure, before anything is computed, that there is room for so many memories at once. What fails in the middle of a run
 * costs the run. Memories themselves would be no test: they keep their addresses until they are collected.
 *
 * @throws engine-unavailable with what to do
 */
export function checkRoomForMemories(count: number, { limit, used, guarded }: AddressSpace = ofThisProcess()): void {
  if (guarded && limit - used < count * reserved) throw new ReverieError('engine-unavailable', noRoom);
}

/** Linux alone says it; elsewhere limits of addresses are rare, and none is assumed. */
function ofThisProcess(): AddressSpace {
  const guarded = ![...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(/\s+/)].includes(flag);
  const [, limit] = /^Max address space +(\d+)/m.exec(contentOf('/proc/self/limits')) ?? [];
  const [, kibibytes] = /^VmSize:\s*(\d+) kB/m.exec(contentOf('/proc/self/status')) ?? [];
  return { limit: limit === undefined ? Infinity : Number(limit), used: Number(kibibytes ?? 0) * 1024, guarded };
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
