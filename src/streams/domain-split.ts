import * as z from 'zod';
import type { Dataset, Samples } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import type { Experience } from '../core/experience.js';
import { shortList } from '../core/short-list.js';
import type { ContinualStream, EvaluationSet } from '../core/stream.js';
import { classGroups, classOrderOption, tasksOption } from './class-groups.js';
import type { StreamContext } from './context.js';
import { lengthOf, rounds, shots, streamOptions, taskLabelOf } from './options.js';
import { rowsOf, rowsOfParts } from './rows-by-class.js';
import { SampleView } from './sample-view.js';

export const domainSplitOptions = z.strictObject({
  tasks: tasksOption,
  classOrder: classOrderOption,
  ...streamOptions,
});

/**
 * The domain-incremental form of split data sets (van de Ven, Tuytelaars & Tolias, Nature Machine Intelligence 4, 2022): each
 * task has classes of its own, and the label of a sample is the place of its class in the task, so that all tasks share their
 * labels: of 0 and 1, 2 and 3, … in ascending order, whether a digit is odd. Only the first brings labels.
 *
 * @throws ReverieError `bad-scenario` for a split that the data set does not allow, for tasks with different numbers of classes,
 *   for a class in two of them, and for one without samples
 */
export function domainSplitStream(
  { samplesPerClass, repeat, taskLabels = false, ...split }: z.infer<typeof domainSplitOptions>,
  { dataset, random }: StreamContext,
): ContinualStream {
  const groups = classGroups(split, dataset, random);
  checkGroups(groups);
  const { train, test } = rowsOfParts(dataset, groups.flat(), { test: samplesPerClass?.test });
  const places = (groups[0] ?? []).map((_, place) => place);
  const labelOf = taskLabelOf(taskLabels);
  return {
    ...lengthOf(groups.length, repeat),
    gives: { boundaries: true, taskLabels },
    classNames: Object.fromEntries(places.map((place) => [place, namesAt(place, groups, dataset)])),
    experiences: {
      // eslint-disable-next-line @typescript-eslint/require-await -- asynchronous for streams that wait for their data
      async *[Symbol.asyncIterator](): AsyncGenerator<Experience, void, undefined> {
        let index = 0;
        for (const i of rounds(groups.length, repeat)) {
          const group = groups[i] ?? [];
          const own = dataset.train.select(rowsOf(train, group, shots(samplesPerClass?.train, i)));
          const newClasses = index === 0 ? places : [];
          yield { index: ++index, train: new PlacedSamples(own, group), classes: places, newClasses, ...labelOf(i) };
        }
      },
    },
    evaluation: groups.map((group, i): EvaluationSet => {
      const samples = new PlacedSamples(dataset.test.select(rowsOf(test, group)), group);
      const name = `classes ${shortList(group)} as ${shortList(places)}`;
      return { name, samples, classes: places, seenFrom: i + 1, ...labelOf(i) };
    }),
  };
}

/** Samples whose label is the place of their class in a group. */
class PlacedSamples extends SampleView {
  constructor(
    base: Samples,
    private readonly group: readonly number[],
  ) {
    super(base);
  }

  override label(row: number): number {
    return this.group.indexOf(this.base.label(row));
  }

  select(rows: ArrayLike<number>): Samples {
    return new PlacedSamples(this.base.select(rows), this.group);
  }
}

/** What a label stands for: the classes at its place, e.g. `0, 2, 4, 6, 8`. */
function namesAt(place: number, groups: readonly (readonly number[])[], { classNames = {} }: Dataset): string {
  return shortList(groups.map((group) => classNames[group[place] ?? -1] ?? String(group[place])));
}

function checkGroups(groups: readonly (readonly number[])[]): void {
  const sizes = [...new Set(groups.map(({ length }) => length))];
  if (sizes.length > 1) {
    throw new ReverieError(
      'bad-scenario',
      `tasks have ${shortList(sizes)} classes; expected as many in each, whose places are the labels that all tasks share`,
    );
  }
  const all = groups.flat();
  const twice = all.find((label, i) => all.indexOf(label) !== i);
  if (twice === undefined) return;
  throw new ReverieError(
    'bad-scenario',
    `class ${twice} is in more than one task; expected each class in one, where its place is its label; give repeat for tasks ` +
      'that come again',
  );
}
