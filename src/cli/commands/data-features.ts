import { existsSync } from 'node:fs';
import { ReverieError } from '../../core/errors.js';
import { compose } from '../../di/composition.js';
import { datasetChoice, makeFeatures, type FeaturesOptions } from '../../di/data-management.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import { withProgress } from '../progress/with-progress.js';
import type { CliContext } from '../cli-context.js';

export interface DataFeaturesOptions {
  readonly model: string;
  readonly dataset: string;
  readonly out: string;
  readonly preprocess: FeaturesOptions['preprocess'];
  readonly output?: string;
  readonly engine: FeaturesOptions['engine'];
  readonly batch: number;
  readonly force: boolean;
  readonly dataDir?: string;
  readonly option: readonly string[];
  readonly plugin: readonly string[];
}

/** `reverie data features`: a data set of features, made by a TensorFlow.js model. */
export async function dataFeaturesCommand(options: DataFeaturesOptions, around: CliContext): Promise<ExitCode> {
  checkTarget(options);
  const { dataDir, plugin: plugins, output, model: folder, preprocess, engine, batch } = options;
  const composition = await compose({ engine: 'auto', plugins, dataDir });
  const dataset = await composition.dataset({
    dataset: datasetChoice(composition.catalogue, options.dataset, options.option),
  });
  const written = await withProgress(around, (context) =>
    makeFeatures({
      ...{ dataset, folder, preprocess, engine, batch, out: options.out },
      ...(output === undefined ? {} : { output }),
      ...context,
    }),
  );
  if (written === undefined) {
    around.err.write('reverie: interrupted; nothing was written\n');
    return exitCodes.interrupted;
  }
  around.out.write(
    `${options.out}: ${written.samples} samples of ${written.width} features\n` +
      `Use them with: dataset: { name: features, options: { path: ${JSON.stringify(options.out)} } }\n`,
  );
  return exitCodes.success;
}

/** What would fail in the end fails before anything is computed. */
function checkTarget({ out, force }: DataFeaturesOptions): void {
  if (!out.endsWith('.npz')) throw new ReverieError('bad-usage', `--out ${out}: expected a file that ends in .npz`);
  if (!force && existsSync(out)) {
    throw new ReverieError('bad-output', `--out ${out} is there already; choose another, or replace it with --force`);
  }
}
