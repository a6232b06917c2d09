import { join } from 'node:path';
import { cacheFolder, type Machine } from '../../files/cache-folder.js';

/** What the installation has to know of the machine and the process. */
export interface Host {
  /** As in `process`. */
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The program that runs this, and where Node's headers are looked for: two folders above it. */
  readonly execPath: string;
  readonly nodeVersion: string;
  /** Version of the GNU C library; undefined where it is another one, or none. */
  readonly glibc: string | undefined;
}

export function thisHost(): Host {
  const { platform, arch, env, execPath, versions } = process;
  return { platform, arch, env, execPath, nodeVersion: versions.node, glibc: glibcVersion() };
}

function glibcVersion(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const { header } = process.report.getReport() as unknown as { readonly header: Record<string, unknown> };
  const version = header['glibcVersionRuntime'];
  return typeof version === 'string' ? version : undefined;
}

/** Where everything of the native engine is staged. */
export function nativeFolder(host: Machine): string {
  return join(cacheFolder(host), 'native');
}

/** Name of the lock file in the folder that is staged into. */
export const lockName = 'install.lock';
