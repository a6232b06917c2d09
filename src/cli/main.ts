#!/usr/bin/env node
import { exitCodes } from './exit-codes.js';
import { interruption } from './interruption.js';
import { ownCommand } from './own-command.js';
import { reverie } from './program.js';
import { outputTo } from './cli-context.js';

const { argv, env, execArgv, stdout, stderr } = process;
const clock = (): number => performance.now();

// Whoever reads has read enough, as `head` does. Files are complete at every moment: what is cut off can be resumed.
let code: number = exitCodes.interrupted;
for (const stream of [stdout, stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(code);
    throw error;
  });
}

code = await reverie(argv.slice(2), {
  out: outputTo(stdout, env),
  err: outputTo(stderr, env),
  command: ownCommand({ argv, execArgv, env, cwd: process.cwd() }),
  debug: env['REVERIE_DEBUG'] === '1',
  clock,
  onInterrupt: interruption(
    process,
    () => {
      stderr.write('\nStopping after this step; once more stops at once.\n');
    },
    clock,
  ),
});

// Engines keep threads that would hold the process; what was written must get out first.
stdout.write('', () => {
  stderr.write('', () => {
    process.exit(code);
  });
});
