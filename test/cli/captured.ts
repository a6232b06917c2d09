import { fileURLToPath } from 'node:url';
import type { Output, CliContext } from '../../src/cli/cli-context.js';
import { reverie } from '../../src/cli/program.js';

/** A scenario that every engine runs in a second or two. */
export const tiny = fileURLToPath(new URL('./tiny.yaml', import.meta.url));

/** CliContext that keep what is written. */
export interface Captured extends CliContext {
  readonly written: { out: string; err: string };
}

export function captured(changes: Partial<CliContext> = {}): Captured {
  const written = { out: '', err: '' };
  const output = (to: 'out' | 'err'): Output => ({
    stream: process.stdout,
    terminal: false,
    width: Infinity,
    colour: false,
    write(text) {
      written[to] += text;
    },
  });
  return {
    out: output('out'),
    err: output('err'),
    command: 'reverie run tiny.yaml',
    debug: false,
    clock: () => 0,
    onInterrupt: () => () => undefined,
    ...changes,
    written,
  };
}

/** Runs the command line in this process. */
export async function called(
  parameters: readonly string[],
  changes: Partial<CliContext> = {},
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const around = captured(changes);
  const code = await reverie(parameters, around);
  return { code, ...around.written };
}
