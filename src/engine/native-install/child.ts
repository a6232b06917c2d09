import { spawn } from 'node:child_process';

export interface ChildOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
  /** Is told each line of both outputs. */
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
 * @throws the signal's reason where it was aborted; the program is told to end, and has ended, then
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
