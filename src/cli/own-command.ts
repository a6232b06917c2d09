import { basename, relative } from 'node:path';

/** What of `process` shows how it was started. */
export interface Start {
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** The command that reverie was called with, quoted for a POSIX shell, so that it can be typed again. */
export function ownCommand({ argv, execArgv, env, cwd }: Start): string {
  const [, script = 'reverie', ...parameters] = argv;
  return [...program(script, execArgv, env, cwd), ...parameters].map(quoted).join(' ');
}

function program(script: string, execArgv: readonly string[], env: Start['env'], cwd: string): readonly string[] {
  if (/^reverie(\.cmd|\.ps1)?$/.test(basename(script))) {
    return env['npm_command'] === 'exec' ? ['npx', 'reverie'] : ['reverie'];
  }
  return ['node', ...execArgv, relative(cwd, script)];
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
