import type { Dataset } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import { RandomStreams } from '../core/random.js';
import { groupProblems } from './group-problems.js';
import type { Scenario } from './scenario.js';

/**
 * The classes of each task, in the order the tasks come. A number of tasks deals the classes out evenly, ascending or
 * shuffled by the seed's stream `class-order`; explicit groups are taken as they are.
 *
 * @param seed of the run
 * @throws ReverieError `bad-scenario` for a split that the data set does not allow
 */
export function taskGroups(
  scenario: Scenario,
  dataset: Pick<Dataset, 'name' | 'classes'>,
  seed: number,
): readonly (readonly number[])[] {
  const { tasks } = scenario;
  if (typeof tasks !== 'number') return explicitGroups(scenario, tasks, dataset);
  const { classes } = dataset;
  if (!Number.isInteger(tasks) || tasks < 1 || classes.length % tasks !== 0) {
    const possible = Array.from({ length: classes.length }, (_, i) => i + 1).filter((n) => classes.length % n === 0);
    throw impossible(
      scenario,
      `${tasks} tasks cannot share the ${classes.length} classes of data set "${dataset.name}" evenly; expected ` +
        `${possible.join(', ')} tasks, or the classes of each task as a list, e.g. [[0, 1], [2, 3]]`,
    );
  }
  const ordered = scenario.classOrder === 'random' ? shuffled(classes, seed) : classes;
  const size = classes.length / tasks;
  return Array.from({ length: tasks }, (_, i) => ordered.slice(i * size, (i + 1) * size));
}

function explicitGroups(
  scenario: Scenario,
  groups: readonly (readonly number[])[],
  dataset: Pick<Dataset, 'name' | 'classes'>,
): readonly (readonly number[])[] {
  if (groups.length === 0) throw impossible(scenario, 'no task is listed; expected at least one');
  const problem = groupProblems(groups)[0];
  if (problem !== undefined) throw impossible(scenario, `${problem.path.slice(1).join('.')}: ${problem.message}`);
  const lacking = groups.flat().filter((label) => !dataset.classes.includes(label));
  if (lacking.length > 0) {
    throw impossible(
      scenario,
      `data set "${dataset.name}" has no class ${lacking.join(', ')}; its classes are ${dataset.classes.join(', ')}; ` +
        'take out what it lacks',
    );
  }
  return groups;
}

function shuffled(classes: readonly number[], seed: number): readonly number[] {
  const order = new RandomStreams(seed).stream('class-order').permutation(classes.length);
  return Array.from(order, (index) => classes[index] ?? 0);
}

/** An error of the split, with the place of `tasks` in the file, where the scenario came from one. */
export function impossible(scenario: Scenario, what: string): ReverieError {
  return new ReverieError('bad-scenario', `${scenario.origin?.tasks ?? `scenario "${scenario.name}"`} tasks: ${what}`);
}
