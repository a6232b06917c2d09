import { ReverieError } from '../core/errors.js';
import type { Task } from '../core/experience.js';
import type { Learner } from '../core/learner.js';
import type { Samples } from '../core/dataset.js';
import type { ConfusionCounts } from '../metrics/per-class.js';
import type { EventLoopYielder } from './event-loop-yielder.js';

/** What one measurement showed. */
export interface Evaluation {
  /** Accuracy on the test samples of each task met so far. */
  readonly accuracies: readonly number[];
  /** Accuracy over all of these samples together. */
  readonly accuracy: number;
  readonly confusion: ConfusionCounts;
}

/** Rows handed to a learner at once. */
const chunk = 1000;

/** Measures a learner on the test sets of all tasks met so far. Holds views and one chunk of rows, no copies. */
export class Evaluator {
  readonly #yielder: EventLoopYielder;
  readonly #signal: AbortSignal;
  readonly #tests: Samples[] = [];
  readonly #classes: number[] = [];
  #features = new Float32Array(0);

  constructor(yielder: EventLoopYielder, signal: AbortSignal) {
    this.#yielder = yielder;
    this.#signal = signal;
  }

  /**
   * From now on this task is measured too.
   *
   * @throws ReverieError `bad-data` for a test set that is empty or has classes that nobody is shown
   */
  meet({ experience, test }: Task): void {
    if (test.size === 0) {
      throw new ReverieError('bad-data', `task ${experience.task} has no test samples; expected at least one`);
    }
    this.#classes.push(...experience.classes);
    const taught = new Set(experience.classes);
    for (let row = 0; row < test.size; row++) {
      if (!taught.has(test.label(row))) {
        const known = experience.classes.join(', ');
        const found = `test sample ${row} of task ${experience.task} has class ${test.label(row)}`;
        throw new ReverieError('bad-data', `${found}, expected one of ${known}: the classes that the task teaches`);
      }
    }
    this.#tests.push(test);
    if (this.#features.length < chunk * test.width) this.#features = new Float32Array(chunk * test.width);
  }

  /**
   * Accuracies and confusion counts now; undefined where the run was stopped meanwhile. A prediction of a class that
   * nobody has shown yet is wrong, and counted apart.
   *
   * @throws RangeError where the learner answers with another number of classes than asked for
   */
  async evaluate(learner: Learner): Promise<Evaluation | undefined> {
    const columns = new Map(this.#classes.map((label, i) => [label, i]));
    const counts = this.#classes.map(() => new Array<number>(this.#classes.length + 1).fill(0));
    const accuracies: number[] = [];
    let right = 0;
    let samples = 0;
    for (const test of this.#tests) {
      let rightHere = 0;
      for (let start = 0; start < test.size; start += chunk) {
        if (this.#signal.aborted) return undefined;
        const rows = Uint32Array.from({ length: Math.min(chunk, test.size - start) }, (_, i) => start + i);
        const predicted = await this.#predict(learner, test, rows);
        for (const [i, row] of rows.entries()) {
          const label = test.label(row);
          const guess = predicted[i] ?? -1;
          if (guess === label) rightHere++;
          const line = counts[columns.get(label) ?? -1];
          const column = columns.get(guess) ?? this.#classes.length;
          if (line !== undefined) line[column] = (line[column] ?? 0) + 1;
        }
        await this.#yielder.yieldToEventLoop();
      }
      accuracies.push(rightHere / test.size);
      right += rightHere;
      samples += test.size;
    }
    return { accuracies, accuracy: right / samples, confusion: { classes: [...this.#classes], counts } };
  }

  async #predict(learner: Learner, test: Samples, rows: Uint32Array): Promise<Int32Array> {
    test.copyRows(rows, this.#features);
    const predicted = await learner.predict(this.#features.subarray(0, rows.length * test.width), rows.length);
    if (predicted.length !== rows.length) {
      throw new RangeError(
        `predict gave ${predicted.length} classes for ${rows.length} samples; expected one for each`,
      );
    }
    return predicted;
  }
}
