import { homedir } from 'node:os';
import { join } from 'node:path';

/** What of `process` says where a user's files belong. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The user's folder for what can be made again: `REVERIE_CACHE`, or `reverie` in `$XDG_CACHE_HOME`, `~/Library/Caches`
 * or `%LOCALAPPDATA%`, whichever the system has.
 */
export function cacheFolder({ platform, env }: Machine): string {
  const named = env['REVERIE_CACHE'];
  if (named !== undefined && named !== '') return named;
  const home = env['HOME'] ?? homedir();
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'reverie', 'cache');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'reverie');
  const xdg = env['XDG_CACHE_HOME'];
  return join(xdg?.startsWith('/') === true ? xdg : join(home, '.cache'), 'reverie');
}
