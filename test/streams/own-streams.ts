import { labelsOf, type Dataset } from '../../src/core/dataset.js';
import type { Experience } from '../../src/core/experience.js';
import { RandomStreams } from '../../src/core/random.js';
import type { ContinualStream } from '../../src/core/stream.js';
import { syntheticDataset } from '../../src/data/synthetic.js';
import { streams } from '../../src/streams/streams.js';

/** Ten classes with 30 training and 4 test samples each. */
export const tenClasses: Dataset = syntheticDataset({
  ...{ classes: 10, width: 5, trainPerClass: 30, testPerClass: 4, spread: 0.3, seed: 2 },
});

/** A stream of {@link tenClasses} by its name. */
export async function streamOf(
  name: keyof typeof streams,
  options: object,
  dataset: Dataset = tenClasses,
  seed = 1,
): Promise<ContinualStream> {
  return streams[name].make(options, { dataset, random: new RandomStreams(seed) });
}

export async function experiencesOf({ experiences }: ContinualStream): Promise<readonly Experience[]> {
  const taken: Experience[] = [];
  for await (const experience of experiences) taken.push(experience);
  return taken;
}

/** How many samples of each label an experience has, by label. */
export function countsIn({ train }: Pick<Experience, 'train'>): Readonly<Record<number, number>> {
  const counts: Record<number, number> = {};
  for (const label of labelsOf(train)) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

/** The first value of each sample, which tells samples apart. */
export function firstValues({ train }: Pick<Experience, 'train'>): readonly number[] {
  const out = new Float32Array(train.size * train.width);
  train.copyRows(
    Array.from({ length: train.size }, (_, row) => row),
    out,
  );
  return Array.from({ length: train.size }, (_, row) => out[row * train.width] ?? NaN);
}
