import { homedir } from 'node:os';
import { join } from 'node:path';

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

/**
 * The user's folder for what can be made again: `REVERIE_CACHE`, or `reverie` in `$XDG_CACHE_HOME`, `~/Library/Caches`
 * or `%LOCALAPPDATA%`, whichever the system has.
 */
export function cacheFolder({ platform, env }: Pick<Host, 'platform' | 'env'>): string {
  const named = env['REVERIE_CACHE'];
  if (named !== undefined && named !== '') return named;
  const home = env['HOME'] ?? homedir();
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'reverie', 'cache');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'reverie');
  const xdg = env['XDG_CACHE_HOME'];
  return join(xdg?.startsWith('/') === true ? xdg : join(home, '.cache'), 'reverie');
}

/** Where everything of the native engine is staged. */
export function nativeFolder(host: Pick<Host, 'platform' | 'env'>): string {
  return join(cacheFolder(host), 'native');
}
