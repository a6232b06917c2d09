import { InvalidArgumentError, Option, type Command } from 'commander';
import { exitCodesHelp, type ExitCode } from '../exit-codes.js';
import { dataDirOption, pluginOption, repeatable } from '../options.js';
import type { CliContext } from '../cli-context.js';
import type { DataFeaturesOptions } from './data-features.js';
import type { DataFetchOptions } from './data-fetch.js';
import type { DataVerifyOptions } from './data-verify.js';

/** The sub-commands of `reverie data`; each loads what it needs when it is given. */
export function dataCommands(data: Command, context: CliContext, ended: (code: ExitCode) => void): void {
  data
    .command('list')
    .description('which data sets are here, where, and how to get the others')
    .action(async () => {
      const { dataListCommand } = await import('./data-list.js');
      dataListCommand(context);
    });

  data
    .command('fetch')
    .description(
      'download the published files of a data set into your cache, digests checked; goes on where it stopped',
    )
    .argument('<name>', 'fashion-mnist, cifar10 or cifar100')
    .option('--mirror <url>', 'download the same files from below this URL instead')
    .option('--from <path>', 'take this file, or the files in this folder, instead of downloading')
    .addHelpText('after', exitCodesHelp)
    .action(async (name: string, options: DataFetchOptions) => {
      const { dataFetchCommand } = await import('./data-fetch.js');
      ended(await dataFetchCommand(name, options, context));
    });

  data
    .command('verify')
    .description('read a data set as a run would, check it, and say what is in it')
    .argument('<name>', 'a data set, see reverie list')
    .addOption(dataDirOption())
    .addOption(datasetOption())
    .addOption(pluginOption())
    .action(async (name: string, options: DataVerifyOptions) => {
      const { dataVerifyCommand } = await import('./data-verify.js');
      await dataVerifyCommand(name, options, context);
    });

  data
    .command('features')
    .description(
      "run a data set's images through a TensorFlow.js model and keep what comes out as a data set of features",
    )
    .requiredOption('--model <folder>', 'folder with model.json, of a layers model or a graph model')
    .requiredOption('--dataset <name>', 'the data set, see reverie list')
    .requiredOption('--out <file>', 'the .npz file to write')
    .addOption(
      new Option(
        '--preprocess <way>',
        'what the model wants: caffe (as ResNet-50 of Keras), tf, torch, or unit for 0..1',
      )
        .choices(['caffe', 'tf', 'torch', 'unit'])
        .makeOptionMandatory(),
    )
    .option('--output <name>', "layer, or node of a graph model, to take; the model's output if not given")
    .addOption(
      new Option('--engine <name>', 'what computes; auto takes the fastest that loads')
        .choices(['auto', 'native', 'wasm', 'cpu'])
        .default('auto'),
    )
    .addOption(new Option('--batch <number>', 'samples at once').argParser(parseBatch).default(32))
    .option('--force', 'replace a file that is there', false)
    .addOption(dataDirOption())
    .addOption(datasetOption())
    .addOption(pluginOption())
    .addHelpText('after', exitCodesHelp)
    .action(async (options: DataFeaturesOptions) => {
      const { dataFeaturesCommand } = await import('./data-features.js');
      ended(await dataFeaturesCommand(options, context));
    });
}

function datasetOption(): Option {
  return repeatable('--option <name=value>', 'an option of the data set, e.g. labels=coarse for cifar100');
}

function parseBatch(text: string): number {
  const batch = Number(text);
  if (!Number.isSafeInteger(batch) || batch < 1 || batch > 4096) {
    throw new InvalidArgumentError('Expected a whole number from 1 to 4096.');
  }
  return batch;
}
