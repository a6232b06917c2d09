import { homedir } from 'node:os';
import { isAbsolute, join, resolve, win32 } from 'node:path';

/** What of `process` says where a user's files belong. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The user's folder for what can be made again, as an absolute path: `REVERIE_CACHE`, or `reverie` in `$XDG_CACHE_HOME`, `~/Library/Caches`
 * or `%LOCALAPPDATA%`, whichever the system has.
 */
export function cacheFolder({ platform, env }: Machine): string {
  const named = env['REVERIE_CACHE'];
  // Another working directory must not be another cache, and where none is named a relative one counts as none.
  if (named !== undefined && named !== '') return resolve(named);
  const home = absolute(env['HOME']) ?? homedir();
  if (platform === 'win32')
    return join(
      absolute(env['LOCALAPPDATA'], (path) => win32.isAbsolute(path)) ?? join(home, 'AppData', 'Local'),
      'reverie',
      'cache',
    );
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'reverie');
  return join(absolute(env['XDG_CACHE_HOME']) ?? join(home, '.cache'), 'reverie');
}

function absolute(path: string | undefined, is = isAbsolute): string | undefined {
  return path !== undefined && is(path) ? path : undefined;
}
