import { exitCodes } from './exit-codes.js';
import { interruption } from './interruption.js';
import { ownCommand } from './own-command.js';
import { reverie } from './program.js';
import { reportBrokenOutput } from './broken-output.js';
import { outputTo } from './cli-context.js';
import { reportUnforeseen } from './unforeseen.js';
import { workingDirectory } from './working-directory.js';

const { argv, env, execArgv, stdout, stderr } = process;
const clock = (): number => performance.now();

// What ends the process where nobody reads on, as `head` does: files are complete at every moment, and what is cut off
// can be resumed.
let code: number = exitCodes.interrupted;
const ended = (name: string) => (error: unknown) => {
  process.exit(reportBrokenOutput(name, error, code, stderr));
};
for (const [name, stream] of Object.entries({ stdout, stderr })) stream.on('error', ended(name));

const err = outputTo(stderr, env, ended('stderr'));
const debug = env['REVERIE_DEBUG'] === '1';
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    process.exit(reportUnforeseen(error, argv.includes('--plugin'), { err, debug }));
  });
}

code = await reverie(argv.slice(2), {
  out: outputTo(stdout, env, ended('stdout')),
  err,
  command: ownCommand({ argv, execArgv, env, cwd: workingDirectory(process) }),
  debug,
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
function whenWritten(stream: NodeJS.WriteStream, name: string, next: () => void): void {
  if (stream.writableLength === 0) next();
  else {
    stream.write('', (error) => {
      if (error) ended(name)(error);
      next();
    });
  }
}
whenWritten(stdout, 'stdout', () => {
  whenWritten(stderr, 'stderr', () => {
    process.exit(code);
  });
});
