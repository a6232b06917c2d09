import * as z from 'zod';
import { shortList } from '../core/short-list.js';
import type { Experience } from '../core/experience.js';
import type { ContinualStream, EvaluationSet } from '../core/stream.js';
import { classGroups, classOrderOption, tasksOption } from './class-groups.js';
import type { StreamContext } from './context.js';
import { lengthOf, rounds, shots, streamOptions, taskLabelOf } from './options.js';
import { rowsOf, rowsOfParts } from './rows-by-class.js';

export const classIncrementalOptions = z.strictObject({
  tasks: tasksOption,
  classOrder: classOrderOption,
  ...streamOptions,
});

/**
 * Class-incremental learning (van de Ven, Tuytelaars & Tolias, Nature Machine Intelligence 4, 2022): each experience brings
 * classes, and all classes compete; with task labels it is task-incremental learning. A column of the accuracy matrix holds
 * the classes that one experience was the first to bring. Samples are views in the order of the data set; nothing is copied.
 *
 * @throws ReverieError `bad-scenario` for a split that the data set does not allow, or for a class without samples
 */
export function classIncrementalStream(
  { samplesPerClass, repeat, taskLabels = false, ...split }: z.infer<typeof classIncrementalOptions>,
  { dataset, random }: StreamContext,
): ContinualStream {
  const groups = classGroups(split, dataset, random);
  const { train, test } = rowsOfParts(dataset, groups.flat(), { test: samplesPerClass?.test });
  const seen = new Set<number>();
  const newClasses = groups.map((classes) => {
    const added = classes.filter((label) => !seen.has(label));
    for (const label of added) seen.add(label);
    return added;
  });
  const labelOf = taskLabelOf(taskLabels);
  return {
    ...lengthOf(groups.length, repeat),
    gives: { boundaries: true, taskLabels },
    experiences: {
      // eslint-disable-next-line @typescript-eslint/require-await -- asynchronous for streams that wait for their data
      async *[Symbol.asyncIterator](): AsyncGenerator<Experience, void, undefined> {
        let index = 0;
        for (const i of rounds(groups.length, repeat)) {
          const classes = groups[i] ?? [];
          const added = index < groups.length ? (newClasses[i] ?? []) : [];
          const samples = dataset.train.select(rowsOf(train, classes, shots(samplesPerClass?.train, i)));
          yield { index: ++index, train: samples, classes, newClasses: added, ...labelOf(i) };
        }
      },
    },
    evaluation: newClasses.flatMap((classes, i): EvaluationSet[] => {
      if (classes.length === 0) return [];
      const samples = dataset.test.select(rowsOf(test, classes));
      return [{ name: `classes ${shortList(classes)}`, samples, classes, seenFrom: i + 1, ...labelOf(i) }];
    }),
  };
}
