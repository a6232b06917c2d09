import { InvalidArgumentError, Option, type Command } from 'commander';
import type { RepresentOptions } from './commands/represent.js';
import { exitCodesHelp, type ExitCode } from './exit-codes.js';
import { dataDirOption, engineOption, pluginOption, setOption, workersOption } from './options.js';
import type { CliContext } from './cli-context.js';

/** The lists in `core` and `studies` would load more; the compiler makes sure that they are the same. */
const measureChoices = ['accuracy', 'macroF1', 'auc'] as const satisfies readonly RepresentOptions['measure'][];
const mapChoices = ['pca', 'tsne', 'umap'] as const satisfies readonly RepresentOptions['maps'][number][];

/** Adds `reverie represent`. */
export function representCommand(represent: Command, context: CliContext, ended: (code: ExitCode) => void): void {
  const described = represent
    .description('compare what the codes of autoencoders are good for: encoders × autoencoders × probes × seeds')
    .argument('<scenario>', 'a file of an encoder study, or the name of one that comes with reverie')
    .addOption(dataDirOption())
    .addOption(setOption());
  encoderStudyOptions(described)
    .addOption(engineOption())
    .addOption(pluginOption())
    .addHelpText('after', exitCodesHelp)
    .action(async (scenario: string, options: RepresentOptions) => {
      const { representCommand: perform } = await import('./commands/represent.js');
      ended(await perform(scenario, options, context));
    });
}

/** What every encoder study takes. */
export function encoderStudyOptions(command: Command): Command {
  return command
    .addOption(new Option('--measure <name>', 'what the tables show').choices([...measureChoices]).default('accuracy'))
    .option('--codes', 'keep the codes of each trial as NumPy arrays', false)
    .addOption(
      new Option('--maps <kinds>', "keep 2-D maps of the first seed's test codes: pca, tsne, umap, with commas between")
        .argParser(parseMaps)
        .default([], 'none'),
    )
    .option('--validate', 'measure on training samples that nothing learns: to choose by', false)
    .option('--out <folder>', 'where results are kept', 'runs')
    .addOption(workersOption())
    .option('--resume', 'go on with the newest study of this name: finished trials are kept', false)
    .option('--json', 'print nothing but the result on stdout, one line of JSON', false)
    .option('--quiet', 'print nothing but the tables', false);
}

/** @throws InvalidArgumentError for a kind that is none, or given twice */
function parseMaps(text: string): RepresentOptions['maps'] {
  const kinds = text.split(',').map((kind) => {
    const known = mapChoices.find((choice) => choice === kind.trim());
    if (known === undefined) {
      throw new InvalidArgumentError(`"${kind.trim()}" is no kind of map; expected ${mapChoices.join(', ')}.`);
    }
    return known;
  });
  if (new Set(kinds).size < kinds.length) throw new InvalidArgumentError('Expected each kind once.');
  return kinds;
}
