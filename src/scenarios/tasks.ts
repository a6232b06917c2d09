import { defer, from, type Observable } from 'rxjs';
import type { Dataset } from '../core/dataset.js';
import type { Task } from '../core/experience.js';
import { rowsByClass, rowsOf } from './rows-by-class.js';
import type { Scenario } from './scenario.js';
import { impossible, taskGroups } from './task-groups.js';

/**
 * The stream of tasks of a class-incremental scenario (class-incremental learning in the sense of van de Ven, Tuytelaars
 * and Tolias, Nature Machine Intelligence 4, 2022). Cold: each subscriber gets the whole stream, made as it is taken.
 * Training and test samples are views in the order of the data set; nothing is copied.
 *
 * Errors with a ReverieError `bad-scenario` for a split that the data set does not allow.
 *
 * @param seed of the run; it orders the classes where the scenario wants them at random
 */
export function tasks$(scenario: Scenario, dataset: Dataset, seed: number): Observable<Task> {
  return defer(() => {
    const groups = taskGroups(scenario, dataset, seed);
    const train = rowsByClass(dataset.train, scenario.samplesPerClass?.train);
    const test = rowsByClass(dataset.test, scenario.samplesPerClass?.test);
    for (const label of groups.flat()) {
      if (!train.has(label) || !test.has(label)) {
        throw impossible(
          scenario,
          `class ${label} of data set "${dataset.name}" has no ${train.has(label) ? 'test' : 'training'} samples; ` +
            'list the classes of each task and leave it out',
        );
      }
    }
    return from(makeTasks());

    function* makeTasks(): Generator<Task> {
      for (const [index, classes] of groups.entries()) {
        yield {
          experience: { task: index + 1, classes, train: dataset.train.select(rowsOf(train, classes)) },
          test: dataset.test.select(rowsOf(test, classes)),
        };
      }
    }
  });
}
