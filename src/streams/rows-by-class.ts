import { labelsOf, rowsByLabel, type Dataset, type Samples } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';

/** At most so many samples of each class, the first ones; all where it says nothing. */
export interface SamplesPerClass {
  readonly train?: number | undefined;
  readonly test?: number | undefined;
}

/** The rows of each class, ascending. */
export type RowsByClass = ReadonlyMap<number, readonly number[]>;

/** The rows of each class, ascending; at most `limit` of each. */
function rowsByClass(samples: Samples, limit = Infinity): RowsByClass {
  return new Map([...rowsByLabel(labelsOf(samples))].map(([label, rows]) => [label, rows.slice(0, limit)]));
}

/** The rows of these classes, ascending; of each the first `limit`. */
export function rowsOf(rows: RowsByClass, classes: readonly number[], limit?: number): Uint32Array {
  return Uint32Array.from(classes.flatMap((label) => rows.get(label)?.slice(0, limit) ?? [])).sort();
}

/**
 * The rows of both parts of a data set.
 *
 * @param classes that a stream needs
 * @throws ReverieError `bad-scenario` for one of them without training or test samples
 */
export function rowsOfParts(
  dataset: Dataset,
  classes: readonly number[],
  limits: SamplesPerClass = {},
): { readonly train: RowsByClass; readonly test: RowsByClass } {
  const train = rowsByClass(dataset.train, limits.train);
  const test = rowsByClass(dataset.test, limits.test);
  const lacking = classes.find((label) => !train.has(label) || !test.has(label));
  if (lacking === undefined) return { train, test };
  throw new ReverieError(
    'bad-scenario',
    `class ${lacking} of data set "${dataset.name}" has no ${train.has(lacking) ? 'test' : 'training'} samples; ` +
      'list the classes of each task and leave it out',
  );
}
