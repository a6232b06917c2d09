import { formatShape } from '../../core/tensor.js';
import { compose } from '../../di/composition.js';
import { datasetChoice } from '../../di/data-management.js';
import type { CliContext } from '../cli-context.js';

export interface DataVerifyOptions {
  readonly dataDir?: string;
  readonly option: readonly string[];
  readonly plugin: readonly string[];
}

/** `reverie data verify`: loads a data set, which checks digests and contents, and says what is in it. */
export async function dataVerifyCommand(
  name: string,
  { dataDir, option, plugin }: DataVerifyOptions,
  { out }: Pick<CliContext, 'out'>,
): Promise<void> {
  const composition = await compose({ engine: 'auto', plugins: plugin, dataDir });
  const dataset = datasetChoice(composition.catalogue, name, option);
  const { train, test, classes, source } = await composition.dataset({ dataset });
  const sizes = `${train.size} training and ${test.size} test samples`;
  out.write(`${name}: ${sizes} of shape ${formatShape(train.shape)} in ${classes.length} classes\n${source}\n`);
}
