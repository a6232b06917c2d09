import { Command, CommanderError, Option } from 'commander';
import { ownVersion } from '../di/own-version.js';
import { exitCodes, exitCodesHelp, type ExitCode } from './exit-codes.js';
import { reportFailure } from './failure.js';
import {
  countOption,
  dataDirOption,
  engineOption,
  parseSeed,
  parseSeeds,
  seedsOption,
  pluginOption,
  repeatable,
  setOption,
} from './options.js';
import { dataCommands } from './commands/data.js';
import type { DreamCommandOptions } from './commands/dream.js';
import type { EngineInstallOptions } from './commands/engine-install.js';
import type { ExploreCommandOptions } from './commands/explore.js';
import type { ExportCommandOptions } from './commands/export.js';
import type { ListOptions } from './commands/list.js';
import type { RunOptions } from './commands/run.js';
import type { SchemaOptions } from './commands/schema.js';
import type { ValidateOptions } from './commands/validate.js';
import { representCommand } from './represent-commands.js';
import { reproduceCommands } from './reproduce-commands.js';
import type { CliContext } from './cli-context.js';

/**
 * Does what the command line says.
 *
 * @param parameters what follows the program's name
 */
export async function reverie(parameters: readonly string[], context: CliContext): Promise<ExitCode> {
  let code: ExitCode = exitCodes.success;
  const program = commands(context, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync(parameters, { from: 'user' });
    return code;
  } catch (error) {
    // Commander has reported it already. What it calls failures is bad usage; help and version are none.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.success : exitCodes.badInput;
    return reportFailure(error, context);
  }
}

/** Each command loads what it needs when it is given: help and mistakes in usage must not wait for an engine. */
function commands(context: CliContext, ended: (code: ExitCode) => void): Command {
  const { out, err } = context;
  const program = new Command('reverie')
    .description('Continual learning with a memory that dreams what was learnt, so that nothing real needs to be kept.')
    .version(ownVersion())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        out.write(text);
      },
      writeErr: (text) => {
        err.write(text);
      },
      getOutHelpWidth: () => Math.min(out.width, 120),
      getErrHelpWidth: () => Math.min(err.width, 120),
      getOutHasColors: () => out.colour,
      getErrHasColors: () => err.colour,
    })
    .showHelpAfterError('(add --help for all that can be given)')
    .addHelpText('after', exitCodesHelp);

  program
    .command('run')
    .description('run a scenario: each learner in turn, then compare them')
    .argument('<scenario>', 'a scenario file, the name of one that comes with reverie, or - for standard input')
    .addOption(repeatable('--learner <name>', 'learner to run, instead of those of the scenario'))
    .addOption(seedsOption())
    .addOption(
      new Option('--seeds <list>', 'several seeds, e.g. 1..5 or 1,3,7: each learner with each').argParser(parseSeeds),
    )
    .addOption(countOption('--workers <number>', 'runs at a time, each in a process of its own'))
    .option('--out <folder>', 'where results are kept', 'runs')
    .addOption(engineOption())
    .addOption(dataDirOption())
    .addOption(setOption())
    .addOption(pluginOption())
    .option('--from <run>', 'go on from the end of a task of a saved run, with more tasks or other options')
    .addOption(countOption('--after <task>', 'the task of --from; the last one that has a checkpoint unless given'))
    .option('--resume', 'go on from the last checkpoints; show what is finished', false)
    .option('--json', 'print nothing but results on stdout, one line of JSON each', false)
    .option('--quiet', 'print nothing but the comparison', false)
    .addHelpText('after', exitCodesHelp)
    .action(async (scenario: string, options: RunOptions) => {
      const { runCommand } = await import('./commands/run.js');
      ended(await runCommand(scenario, options, context));
    });

  representCommand(program.command('represent'), context, ended);

  program
    .command('export')
    .description('write what the learner of a run has learnt into files that other programs run')
    .argument('<run>', "a run's directory, e.g. runs/split-mnist-rehearsal-1; interrupted ones will do")
    .option('--onnx', 'as ONNX models, for ONNX Runtime in any language', false)
    .option('--tfjs', 'as TensorFlow.js graph models, for tf.loadGraphModel', false)
    .option('--out <path>', "a folder, or the classifier's file; export/ in the run's directory if not given")
    .option('--bare', 'leave out the scale of the data set: samples as the learner saw them, values in [0, 1]', false)
    .option('--non-finite', 'export a learner that has diverged, with values that are NaN or infinite', false)
    .option('--force', 'replace files that are there', false)
    .addOption(pluginOption())
    .action(async (run: string, options: ExportCommandOptions) => {
      const { exportCommand } = await import('./commands/export.js');
      await exportCommand(run, options, context);
    });

  program
    .command('dream')
    .description('draw what the memory of a run dreams, write it as arrays, or check how healthy it is')
    .argument('<run>', "a run's directory, e.g. runs/split-mnist-rehearsal-1; interrupted ones will do")
    .option('--png <file>', 'draw walks: a row each, a column for each jump, labels below')
    .option('--npy <file>', 'write dreams as a NumPy array, and their labels next to it')
    .option('--check', 'balance, agreement, diversity, attractors, nearness to real samples, students', false)
    .option(
      '--bare',
      'with --npy: values as the learner saw them, in [0, 1], and not as in the files of the data set',
      false,
    )
    .addOption(countOption('--count <number>', 'walks to draw, dreams to write', 64))
    .addOption(countOption('--dreams <number>', 'dreams that --check looks at', 1000))
    .addOption(countOption('--student-steps <number>', "optimiser steps of each of --check's students", 500))
    .addOption(new Option('--seed <number>', "seed of what is drawn, instead of the run's").argParser(parseSeed))
    .option('--no-data', "leave out what of --check needs the run's data set")
    .addOption(dataDirOption())
    .option('--json', 'print nothing but the report of --check on stdout, as JSON', false)
    .option('--force', 'replace files that are there', false)
    .addOption(engineOption())
    .addOption(pluginOption())
    .action(async (run: string, options: DreamCommandOptions) => {
      const { dreamCommand } = await import('./commands/dream.js');
      await dreamCommand(run, options, context);
    });

  program
    .command('explore')
    .description("draw a memory's code space: what lies between samples, what single values mean, what comes of noise")
    .argument('<run>', "a run's directory, e.g. runs/split-mnist-rehearsal-1; interrupted ones will do")
    .option('--between <file>', 'draw two samples a row, and what is decoded of codes between theirs')
    .option('--traverse <file>', 'draw a value of the code a row, from low to high, in the code of one sample')
    .option('--noise <file>', 'draw what is decoded of noise, or of draws from a Gaussian over the codes of each class')
    .addOption(countOption('--rows <number>', 'rows of a picture', 10))
    .addOption(countOption('--columns <number>', 'codes decoded for each row', 11))
    .addOption(new Option('--seed <number>', "seed of what is drawn, instead of the run's").argParser(parseSeed))
    .option('--no-data', 'look at dreams instead of samples of the data set')
    .addOption(dataDirOption())
    .option('--force', 'replace files that are there', false)
    .addOption(engineOption())
    .addOption(pluginOption())
    .action(async (run: string, options: ExploreCommandOptions) => {
      const { exploreCommand } = await import('./commands/explore.js');
      await exploreCommand(run, options, context);
    });

  program
    .command('list')
    .description('list scenarios, learners, memories, encoders, samplers, data sets and engines')
    .addOption(pluginOption())
    .action(async (options: ListOptions) => {
      const { listCommand } = await import('./commands/list.js');
      await listCommand(options, context);
    });

  program
    .command('validate')
    .description('check a scenario without running it; all mistakes are listed at once')
    .argument('<scenario>', 'a scenario file, the name of one that comes with reverie, or - for standard input')
    .option('--represent', 'it is the file of an encoder study', false)
    .addOption(dataDirOption())
    .addOption(setOption())
    .addOption(pluginOption())
    .action(async (scenario: string, options: ValidateOptions) => {
      const { validateCommand } = await import('./commands/validate.js');
      await validateCommand(scenario, options, context);
    });

  program
    .command('schema')
    .description('print the JSON Schema of scenario files, for editors')
    .option('--represent', 'of the files of encoder studies instead', false)
    .addOption(pluginOption())
    .action(async (options: SchemaOptions) => {
      const { schemaCommand } = await import('./commands/schema.js');
      await schemaCommand(options, context);
    });

  dataCommands(program.command('data').description('see, fetch and verify data sets, make features'), context, ended);
  reproduceCommands(program.command('reproduce').description('make a table of the papers again'), context, ended);
  engineCommands(program.command('engine').description('see, install and remove what computes'), context, ended);
  return program;
}

function engineCommands(engine: Command, context: CliContext, ended: (code: ExitCode) => void): void {
  engine
    .command('status')
    .description('which engines load, their versions, and what to do about those that do not')
    .action(async () => {
      const { engineStatusCommand } = await import('./commands/engine-status.js');
      await engineStatusCommand(context);
    });

  engine
    .command('install')
    .description("put a current TensorFlow under the native engine; takes pip, a C++ compiler and Node's headers")
    .option('--gpu', 'with CUDA 12 and its libraries, for Linux on x64; not tried on a GPU yet', false)
    .option('--from <path>', 'take this wheel, or the wheels in this folder, instead of downloading')
    .option('--any-digest', 'take a wheel of --from although reverie does not know it', false)
    .addHelpText('after', exitCodesHelp)
    .action(async (options: EngineInstallOptions) => {
      const { engineInstallCommand } = await import('./commands/engine-install.js');
      ended(await engineInstallCommand(options, context));
    });

  engine
    .command('remove')
    .description('delete what install has staged, and the link to it')
    .action(async () => {
      const { engineRemoveCommand } = await import('./commands/engine-remove.js');
      await engineRemoveCommand(context);
    });
}
