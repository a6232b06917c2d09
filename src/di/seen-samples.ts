import { shortList } from '../core/short-list.js';
import { labelsOf, rowsOfClasses, type Dataset, type Samples } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import { formatShape, type Shape } from '../core/tensor.js';
import type { RealSamples } from '../memory/diagnostics/check-dreams.js';
import type { SavedRun } from '../experiment/saved-run.js';
import { unitedSamples } from '../learners/united-samples.js';
import { dataConfiguration } from '../scenarios/saved-configuration.js';
import type { Composition } from './composition.js';

/**
 * The real samples that a saved run has met: what it learnt from, and what it was measured on. Loads its data set.
 *
 * @throws ReverieError `bad-data` where the data set is not there, or is another one than the run's
 */
export async function seenSamples(
  composition: Composition,
  { checkpoint, checkpointPath }: SavedRun,
): Promise<RealSamples> {
  const { task, state } = checkpoint;
  const { description, sampleShape, tasks } = state;
  const configuration = dataConfiguration(description.configuration, checkpointPath);
  const dataset = await composition.dataset(configuration);
  const classes = [...new Set(tasks.flat())];
  checkData(dataset, classes, sampleShape);
  const stream = await composition.stream(configuration, dataset, description.seed);
  const test = stream.evaluation.filter(({ seenFrom }) => seenFrom <= task);
  const train: Samples[] = [];
  for await (const experience of stream.experiences) {
    // What has come before must not count twice: classes that come again, or a whole domain.
    const added = test.find(({ seenFrom }) => seenFrom === experience.index)?.classes ?? [];
    if (added.length > 0) train.push(experience.train.select(rowsOfClasses(experience.train, added)));
    if (experience.index >= task) break;
  }
  return { train: unitedSamples(train), test: unitedSamples(test.map(({ samples }) => samples)) };
}

function checkData({ name, train, test }: Dataset, classes: readonly number[], shape: Shape): void {
  for (const [part, samples] of Object.entries({ training: train, test })) {
    const known = new Set(labelsOf(samples));
    const missing = classes.filter((label) => !known.has(label));
    const [expected, found] = [shape, samples.shape].map(formatShape);
    if (expected === found && missing.length === 0) continue;
    const problem = expected === found ? `has no class ${shortList(missing)}` : `has samples of shape ${found}`;
    throw new ReverieError(
      'bad-data',
      `the ${part} part of data set "${name}" ${problem}, but the run learnt samples of shape ${expected} and classes ` +
        `${shortList(classes)}; give the --data-dir that the run had, or --no-data`,
    );
  }
}
