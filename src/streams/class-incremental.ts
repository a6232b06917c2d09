import type { Dataset } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import type { Experience } from '../core/experience.js';
import type { ContinualStream, EvaluationSet } from '../core/stream.js';
import { rowsByClass, rowsOf } from './rows-by-class.js';

export interface ClassIncrementalOptions {
  /** The classes of each experience, in order; a class may come again. */
  readonly groups: readonly (readonly number[])[];
  /** Takes only the first so many samples of each class; all of them where it says nothing. */
  readonly samplesPerClass?: { readonly train?: number; readonly test?: number } | undefined;
}

/**
 * Class-incremental learning (van de Ven, Tuytelaars & Tolias, Nature Machine Intelligence 4, 2022): each experience brings
 * classes, all classes compete, and nobody says which experience a sample is from. A column of the accuracy matrix holds
 * the classes that one experience was the first to bring. Samples are views in the order of the data set; nothing is copied.
 *
 * @throws ReverieError `bad-scenario` for a class without training or test samples
 */
export function classIncrementalStream(
  { groups, samplesPerClass }: ClassIncrementalOptions,
  dataset: Dataset,
): ContinualStream {
  const train = rowsByClass(dataset.train, samplesPerClass?.train);
  const test = rowsByClass(dataset.test, samplesPerClass?.test);
  for (const label of groups.flat()) {
    if (train.has(label) && test.has(label)) continue;
    throw new ReverieError(
      'bad-scenario',
      `class ${label} of data set "${dataset.name}" has no ${train.has(label) ? 'test' : 'training'} samples; ` +
        'list the classes of each task and leave it out',
    );
  }
  const seen = new Set<number>();
  const newClasses = groups.map((classes) => {
    const added = classes.filter((label) => !seen.has(label));
    for (const label of added) seen.add(label);
    return added;
  });
  return {
    length: groups.length,
    gives: { boundaries: true, taskLabels: false },
    experiences: {
      // eslint-disable-next-line @typescript-eslint/require-await -- asynchronous for streams that wait for their data
      async *[Symbol.asyncIterator](): AsyncGenerator<Experience, void, undefined> {
        for (const [i, classes] of groups.entries()) {
          const samples = dataset.train.select(rowsOf(train, classes));
          yield { index: i + 1, train: samples, classes, newClasses: newClasses[i] ?? [] };
        }
      },
    },
    evaluation: newClasses.flatMap((classes, i): EvaluationSet[] =>
      classes.length === 0
        ? []
        : [
            {
              name: `classes ${classes.join(', ')}`,
              samples: dataset.test.select(rowsOf(test, classes)),
              classes,
              seenFrom: i + 1,
            },
          ],
    ),
  };
}
