import { labelsOf, rowsByLabel, type Dataset } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import type { RandomStream } from '../core/random.js';

/**
 * The data set with a share of the training samples of each class in place of its test samples, and without them in training:
 * for choosing options, which test samples must not decide. Of each class at least one sample is measured and one is learnt.
 *
 * @param share in (0, 1)
 * @param random draws which
 * @throws ReverieError `bad-scenario` for a class with fewer than two training samples
 */
export function validationSplit(dataset: Dataset, share: number, random: RandomStream): Dataset {
  const labels = labelsOf(dataset.train);
  const rowsOf = rowsByLabel(labels);
  const held = new Set<number>();
  for (const label of dataset.classes) {
    const rows = rowsOf.get(label) ?? [];
    if (rows.length < 2) {
      throw new ReverieError(
        'bad-scenario',
        `class ${label} of data set "${dataset.name}" has ${rows.length} training samples, expected at least 2 to measure on ` +
          'some of them; leave the class out, or measure on test samples',
      );
    }
    const count = Math.min(rows.length - 1, Math.max(1, Math.round(share * rows.length)));
    for (const at of random.permutation(rows.length).subarray(0, count)) held.add(rows[at] ?? 0);
  }
  const all = [...labels.keys()];
  return {
    ...dataset,
    train: dataset.train.select(all.filter((row) => !held.has(row))),
    test: dataset.train.select(all.filter((row) => held.has(row))),
  };
}
