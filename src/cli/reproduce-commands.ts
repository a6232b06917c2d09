import { Option, type Command } from 'commander';
import { dataDirOption, engineOption, parseSeed, pluginOption, repeatable, workersOption } from './options.js';
import { exitCodesHelp, type ExitCode } from './exit-codes.js';
import type { ReproduceEncodersOptions } from './commands/reproduce-encoders.js';
import type { ReproduceOptions, StudyReport } from './commands/reproduce.js';
import { encoderStudyOptions } from './represent-commands.js';
import type { CliContext } from './cli-context.js';

/** The lists in `studies` would load zod; the compiler makes sure that they are the same. */
const budgetChoices = ['quick', 'paper'] as const satisfies readonly ReproduceOptions['budget'][];
const tableChoices = ['mnist', 'cifar-10', 'cifar-100'] as const satisfies readonly ReproduceOptions['table'][];

const reports = {
  'sampling-table': 'Table I: classifiers that learnt from dreams alone, from real data and from noise',
  'sampling-curves': 'figures 3-5: the accuracy of the same classifiers after each epoch',
} as const satisfies Record<StudyReport, string>;

const encoderTableChoices = ['mnist', 'fashion-mnist'] as const satisfies readonly ReproduceEncodersOptions['table'][];

/** Adds what of the papers can be made again, each with the same options. */
export function reproduceCommands(reproduce: Command, context: CliContext, ended: (code: ExitCode) => void): void {
  for (const [report, description] of Object.entries(reports) as [StudyReport, string][]) {
    reproduce
      .command(report)
      .description(`${description} (Solinas et al. 2020)`)
      .addOption(
        new Option('--budget <name>', "quick, for the order of the rows, or the paper's epochs")
          .choices([...budgetChoices])
          .default('quick'),
      )
      .addOption(new Option('--table <part>', 'which rows of Table I').choices([...tableChoices]).default('mnist'))
      .option('--dataset <name>', 'data set to learn, values in [0, 1]; for CIFAR, features from files', 'mnist')
      .addOption(dataDirOption())
      .addOption(new Option('--seed <number>', 'seed of everything that is drawn').argParser(parseSeed).default(1))
      .addOption(repeatable('--row <name>', 'make this row alone, e.g. deep-ae'))
      .addOption(
        repeatable('--set <name=value>', 'change a choice, e.g. lambda=0.5, jumps=16, memoryBatch=128, dataset.seed=2'),
      )
      .option(
        '--validate',
        'measure on the last sixth of the training samples, which nothing learns: to choose by',
        false,
      )
      .option('--out <folder>', 'where results are kept', 'runs')
      .addOption(engineOption())
      .addOption(pluginOption())
      .addOption(workersOption())
      .option('--resume', 'go on with the newest study of this name: finished rows are kept', false)
      .option('--json', 'print nothing but the result on stdout, one line of JSON', false)
      .option('--quiet', 'print nothing but the table', false)
      .addHelpText('after', exitCodesHelp)
      .action(async (options: ReproduceOptions) => {
        const { reproduceCommand } = await import('./commands/reproduce.js');
        ended(await reproduceCommand(report, options, context));
      });
  }
  const encoders = reproduce
    .command('encoders')
    .description('what codes are good for under ICRST and TRST, a standard autoencoder and a VAE (arXiv 2309.01532)')
    .addOption(
      new Option('--budget <name>', 'quick, for the differences, or all samples')
        .choices([...budgetChoices])
        .default('quick'),
    )
    .addOption(new Option('--table <name>', 'data set').choices([...encoderTableChoices]).default('mnist'))
    .addOption(dataDirOption())
    .addOption(new Option('--seed <number>', 'the first of the seeds').argParser(parseSeed).default(1))
    .addOption(repeatable('--arm <name>', 'make this line alone, e.g. AE'))
    .addOption(repeatable('--set <name=value>', 'change a choice, e.g. latent=32, epochs=20, probes=["linear","svm"]'));
  encoderStudyOptions(encoders)
    .addOption(engineOption())
    .addOption(pluginOption())
    .addHelpText('after', exitCodesHelp)
    .action(async (options: ReproduceEncodersOptions) => {
      const { reproduceEncodersCommand } = await import('./commands/reproduce-encoders.js');
      ended(await reproduceEncodersCommand(options, context));
    });
}
