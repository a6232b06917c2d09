import * as z from 'zod';
import type { Dataset } from '../core/dataset.js';
import { shortList } from '../core/short-list.js';
import { ReverieError } from '../core/errors.js';
import { RandomStreams } from '../core/random.js';
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
    z.strictObject({
      base: z.int().min(1).max(maxClass).describe('Classes of the first task'),
      increment: z.int().min(1).max(maxClass).describe('Classes of each later task'),
    }),
  ])
  .describe(
    'Number of tasks; or the classes of each task, where a class may come again in a later one; or how many classes come first and then in each task',
  );

export const classOrderOption = z
  .union([
    z.enum(['ascending', 'random']),
    group,
    z.strictObject({ seed: z.int().min(0).describe('Of the order alone: the same one in runs of any seed') }),
  ])
  .default('ascending')
  .describe(
    'How classes are dealt out where tasks do not list them: random goes by the seed of the run, or by one of its own; a list has them in its order, and leaves out what it does not name',
  );

export interface GroupOptions {
  readonly tasks: z.infer<typeof tasksOption>;
  /** How classes are dealt out. Says nothing where the groups are explicit. */
  readonly classOrder: z.infer<typeof classOrderOption>;
}

/**
 * The classes of each task, in the order the tasks come. A number of tasks deals the classes out evenly; a base and increments,
 * such as 50 classes and then 2 in each task (Hou et al. 2019, "Learning a unified classifier incrementally via
 * rebalancing"), as they say; explicit groups are taken as they are. Random orders are drawn by the stream `class-order`.
 *
 * @throws ReverieError `bad-scenario` for a split that the data set does not allow
 */
export function classGroups(
  { tasks, classOrder }: GroupOptions,
  { name, classes }: Pick<Dataset, 'name' | 'classes'>,
  random: RandomStreams,
): readonly (readonly number[])[] {
  if (Array.isArray(tasks)) {
    checkKnown(tasks.flat(), name, classes);
    return tasks;
  }
  const ordered = orderedClasses(classOrder, name, classes, random);
  if (typeof tasks === 'number') {
    if (ordered.length % tasks !== 0) throw uneven(tasks, name, ordered.length);
    return split(ordered, ordered.length / tasks, ordered.length / tasks);
  }
  const { base, increment } = tasks;
  if (base <= ordered.length && (ordered.length - base) % increment === 0) return split(ordered, base, increment);
  throw new ReverieError(
    'bad-scenario',
    `${base} classes and then ${increment} in each task do not come to the ${ordered.length} classes of data set "${name}"; ` +
      'expected a base and an increment that do, or the classes of each task as a list',
  );
}

/** The classes in the order in which they are dealt out. */
function orderedClasses(
  order: GroupOptions['classOrder'],
  name: string,
  classes: readonly number[],
  random: RandomStreams,
): readonly number[] {
  if (order === 'ascending') return classes;
  if (Array.isArray(order)) {
    checkKnown(order, name, classes);
    return order;
  }
  const streams = order === 'random' ? random : new RandomStreams(order.seed);
  return Array.from(streams.stream('class-order').permutation(classes.length), (index) => classes[index] ?? 0);
}

/** The first so many, and then so many at a time. */
function split(classes: readonly number[], base: number, increment: number): readonly (readonly number[])[] {
  const starts = [0];
  for (let at = base; at < classes.length; at += increment) starts.push(at);
  return starts.map((start, i) => classes.slice(start, starts[i + 1]));
}

function checkKnown(wanted: readonly number[], name: string, classes: readonly number[]): void {
  const lacking = wanted.filter((label) => !classes.includes(label));
  if (lacking.length === 0) return;
  throw new ReverieError(
    'bad-scenario',
    `data set "${name}" has no class ${shortList(lacking)}; its classes are ${shortList(classes)}; take out what it lacks`,
  );
}

function uneven(tasks: number, name: string, count: number): ReverieError {
  const possible = Array.from({ length: count }, (_, i) => i + 1).filter((n) => count % n === 0);
  return new ReverieError(
    'bad-scenario',
    `${tasks} tasks cannot share the ${count} classes of data set "${name}" evenly; expected ` +
      `${shortList(possible)} tasks, or the classes of each task as a list, e.g. [[0, 1], [2, 3]]`,
  );
}
