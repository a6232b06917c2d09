import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { spawn } from 'node:child_process';
import { ReverieError } from '../../core/errors.js';
import { cacheFolder } from '../../files/cache-folder.js';
import type { Host } from './host.js';

/** The user's Python, with pip. */
export interface Python {
  readonly command: string;
  /** As in the names of wheels: `cp312`. */
  readonly tag: string;
}

/**
 * The Python that downloads: `$REVERIE_PYTHON`, `python3` or `python`, whichever is there first.
 *
 * @throws engine-unavailable where there is none, or it has no pip
 */
export async function findPython({ env }: Host, signal: AbortSignal): Promise<Python> {
  const named = env['REVERIE_PYTHON'];
  for (const command of named === undefined ? ['python3', 'python'] : [named]) {
    const asked = await runChild(command, ['-c', 'import sys; print("cp%d%d" % sys.version_info[:2])'], {
      env,
      signal,
    });
    const tag = asked.lines.find((line) => /^cp3\d+$/.test(line));
    if (asked.code !== 0 || tag === undefined) continue;
    if ((await runChild(command, ['-m', 'pip', '--version'], { env, signal })).code !== 0) {
      throw missing(
        `${command} has no pip, which downloads TensorFlow`,
        `install it (Debian, Ubuntu: sudo apt install python3-pip; elsewhere: ${command} -m ensurepip), ` +
          'or get the wheel elsewhere and give it with --from',
      );
    }
    return { command, tag };
  }
  throw missing(
    `${named ?? 'python3'} is not found; its pip downloads TensorFlow`,
    'install Python 3 with pip (Debian, Ubuntu: sudo apt install python3-pip; macOS: xcode-select --install), ' +
      'or get the wheel elsewhere and give it with --from',
  );
}

/**
 * The C++ compiler with its parameters: `$CXX`, `c++`, `g++` or `clang++`, whichever is there first.
 *
 * @throws engine-unavailable
 */
export async function findCompiler({ env }: Host, signal: AbortSignal): Promise<readonly string[]> {
  const named = env['CXX']?.trim();
  const candidates = named === undefined || named === '' ? ['c++', 'g++', 'clang++'] : [named];
  for (const candidate of candidates) {
    const [command = '', ...parameters] = candidate.split(/\s+/);
    if ((await runChild(command, [...parameters, '--version'], { env, signal })).code === 0)
      return [command, ...parameters];
  }
  throw missing(
    `no C++ compiler is found (${candidates.join(', ')}); it builds what ties TensorFlow to Node`,
    'install one (Debian, Ubuntu: sudo apt install g++; Fedora: sudo dnf install gcc-c++; macOS: xcode-select --install)',
  );
}

/**
 * The folder with Node's headers: those that came with Node, or that node-gyp has fetched.
 *
 * @throws engine-unavailable
 */
export function findNodeHeaders({ env, execPath, nodeVersion, platform }: Host): string {
  const home = env['HOME'] ?? homedir();
  const gypCache = dirname(cacheFolder({ platform, env: { ...env, REVERIE_CACHE: '' } }));
  const roots = [
    env['npm_config_nodedir'],
    dirname(dirname(existsSync(execPath) ? realpathSync(execPath) : execPath)),
    join(gypCache, 'node-gyp', nodeVersion),
    join(home, '.node-gyp', nodeVersion),
  ];
  for (const root of roots) {
    const folder = join(root ?? '', 'include', 'node');
    if (root !== undefined && existsSync(join(folder, 'node_api.h'))) return folder;
  }
  throw missing(
    `the headers of Node ${nodeVersion} (node_api.h) are not found`,
    'install them (Debian, Ubuntu: sudo apt install libnode-dev; anywhere with network: npx node-gyp install), ' +
      'or set npm_config_nodedir to a folder that has include/node',
  );
}

/** What cannot be done here, and what to do about it. */
export function missing(what: string, remedy: string, cause?: unknown): ReverieError {
  return new ReverieError('engine-unavailable', `the native engine cannot be installed: ${what}; ${remedy}`, { cause });
}

export interface ChildOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
  /** Is given each line of both outputs. */
  readonly line?: (text: string) => void;
}

/** How a program ended. */
export interface Ended {
  /** Exit code; undefined where there is no such program, or it was killed. */
  readonly code: number | undefined;
  /** Whether there is such a program. */
  readonly found: boolean;
  /** The last lines of both outputs. */
  readonly lines: readonly string[];
}

const keptLines = 200;

/**
 * Runs a program to its end, without a shell.
 *
 * @throws the signal's reason where it was aborted; the program is asked to end, and has ended, then
 */
export function runChild(command: string, parameters: readonly string[], options: ChildOptions): Promise<Ended> {
  const { env, cwd, signal, line } = options;
  return new Promise((resolve, reject) => {
    const lines: string[] = [];
    const take = (text: string): void => {
      lines.push(text);
      if (lines.length > keptLines) lines.shift();
      line?.(text);
    };
    const child = spawn(command, [...parameters], {
      env: { ...env },
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const stop = (): void => void child.kill('SIGTERM');
    signal?.addEventListener('abort', stop);
    if (signal?.aborted === true) stop();
    const ends = [child.stdout, child.stderr].map((stream) => {
      let rest = '';
      stream.setEncoding('utf8').on('data', (text: string) => {
        const parts = (rest + text).split(/\r?\n|\r/);
        rest = parts.pop() ?? '';
        parts.forEach(take);
      });
      return () => {
        if (rest !== '') take(rest);
      };
    });
    let found = true;
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.syscall?.startsWith('spawn') !== true) return;
      found = false;
      // A program that was never there does not always close.
      settle(undefined);
    });
    child.on('close', (code) => {
      settle(code ?? undefined);
    });
    const settle = (code: number | undefined): void => {
      signal?.removeEventListener('abort', stop);
      for (const end of ends) end();
      if (signal?.aborted === true) reject(signal.reason as Error);
      else resolve({ code, found, lines });
    };
  });
}
