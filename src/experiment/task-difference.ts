import { isDeepStrictEqual } from 'node:util';
import type { Experience } from '../core/experience.js';
import { shortList } from '../core/short-list.js';
import type { EvaluationSet } from '../core/stream.js';
import type { CheckpointState } from './checkpoint.js';

/** Classes of a task, and sizes of the test sets seen. */
type Taught = readonly [readonly number[], readonly number[]];

/**
 * In what the task of a run that was saved differs from that of a stream, as a clause, e.g. `task 1 has classes 0, 1 and 20 test
 * samples, but this run's has classes 2, 3 and 20 test samples`; undefined where classes and sizes of test sets are the same.
 *
 * @param seen the evaluation sets of the stream up to this task
 */
export function taskDifference(
  { tasks, testSizes }: Pick<CheckpointState, 'tasks' | 'testSizes'>,
  { index, classes }: Experience,
  seen: readonly EvaluationSet[],
): string | undefined {
  const before: Taught = [tasks[index - 1] ?? [], testSizes.slice(0, seen.length)];
  const here: Taught = [classes, seen.map(({ samples }) => samples.size)];
  if (isDeepStrictEqual(before, here)) return undefined;
  return `task ${index} has ${describe(before)}, but this run's has ${describe(here)}`;
}

function describe([taught, sizes]: Taught): string {
  return `classes ${shortList(taught)} and ${shortList(sizes)} test samples`;
}
