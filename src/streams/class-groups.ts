import * as z from 'zod';
import type { Dataset } from '../core/dataset.js';
import { shortList } from '../core/short-list.js';
import { ReverieError } from '../core/errors.js';
import type { RandomStreams } from '../core/random.js';
import { maxClass } from './options.js';

/** The classes of one task: at least one, none of them twice. */
const group = z
  .array(z.int().min(0).max(maxClass))
  .min(1)
  .superRefine((classes, context) => {
    for (const [i, label] of classes.entries()) {
      if (classes.indexOf(label) === i) continue;
      context.addIssue({ code: 'custom', path: [i], message: 'expected a class that the group does not list yet' });
    }
  });

export const tasksOption = z
  .union([
    z
      .int()
      .min(1)
      .max(maxClass + 1),
    z.array(group).min(1),
  ])
  .describe('Number of tasks, or the classes of each task; a class may come again in a later task');

export interface GroupOptions {
  readonly tasks: number | readonly (readonly number[])[];
  /** How classes are dealt out to a number of tasks. Says nothing where the groups are explicit. */
  readonly classOrder: 'ascending' | 'random';
}

/**
 * The classes of each task, in the order the tasks come. A number of tasks deals the classes out evenly, ascending or
 * shuffled by the stream `class-order`; explicit groups are taken as they are.
 *
 * @throws ReverieError `bad-scenario` for a split that the data set does not allow
 */
export function classGroups(
  { tasks, classOrder }: GroupOptions,
  { name, classes }: Pick<Dataset, 'name' | 'classes'>,
  random: RandomStreams,
): readonly (readonly number[])[] {
  if (typeof tasks !== 'number') {
    const lacking = tasks.flat().filter((label) => !classes.includes(label));
    if (lacking.length === 0) return tasks;
    throw new ReverieError(
      'bad-scenario',
      `data set "${name}" has no class ${shortList(lacking)}; its classes are ${shortList(classes)}; ` +
        'take out what it lacks',
    );
  }
  if (classes.length % tasks !== 0) {
    const possible = classes.map((_, i) => i + 1).filter((n) => classes.length % n === 0);
    throw new ReverieError(
      'bad-scenario',
      `${tasks} tasks cannot share the ${classes.length} classes of data set "${name}" evenly; expected ` +
        `${shortList(possible)} tasks, or the classes of each task as a list, e.g. [[0, 1], [2, 3]]`,
    );
  }
  const order = classOrder === 'random' ? random.stream('class-order').permutation(classes.length) : classes.keys();
  const ordered = Array.from(order, (index) => classes[index] ?? 0);
  const size = classes.length / tasks;
  return Array.from({ length: tasks }, (_, i) => ordered.slice(i * size, (i + 1) * size));
}
