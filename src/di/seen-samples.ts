import type { Samples } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import { formatShape } from '../core/tensor.js';
import type { RealSamples } from '../experiment/check-dreams.js';
import type { SavedRun } from '../experiment/saved-run.js';
import { rowsByClass, rowsOf } from '../streams/rows-by-class.js';
import { dataConfiguration } from '../scenarios/saved-configuration.js';
import type { Composition } from './composition.js';

/**
 * The real samples of the classes that a saved run has met: what it learnt from, and what it was measured on. Loads its
 * data set.
 *
 * @throws ReverieError `bad-data` where the data set is not there, or is another one than the run's
 */
export async function seenSamples(
  composition: Composition,
  { checkpoint, checkpointPath }: SavedRun,
): Promise<RealSamples> {
  const { description, sampleShape, tasks } = checkpoint.state;
  const configuration = dataConfiguration(description.configuration, checkpointPath);
  const { name, train, test } = await composition.dataset(configuration);
  const classes = [...new Set(tasks.flat())];
  const { samplesPerClass } = configuration;
  const met = (samples: Samples, limit: number | undefined, part: string): Samples => {
    const rows = rowsByClass(samples, limit);
    const missing = classes.filter((label) => !rows.has(label));
    const [expected, found] = [sampleShape, samples.shape].map(formatShape);
    if (expected === found && missing.length === 0) return samples.select(rowsOf(rows, classes));
    const problem = expected === found ? `has no class ${missing.join(', ')}` : `has samples of shape ${found}`;
    throw new ReverieError(
      'bad-data',
      `the ${part} of data set "${name}" ${problem}, but the run learnt samples of shape ${expected} and classes ` +
        `${classes.join(', ')}; give the --data-dir that the run had, or --no-data`,
    );
  };
  return {
    train: met(train, samplesPerClass?.train, 'training part'),
    test: met(test, samplesPerClass?.test, 'test part'),
  };
}
