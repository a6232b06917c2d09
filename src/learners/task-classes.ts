import { ReverieError } from '../core/errors.js';
import type { Experience } from '../core/experience.js';
import type { Predictions, PredictionQuery } from '../core/learner.js';
import { isIntegers, isRecord, type Snapshot } from '../core/snapshot.js';

/** The classes of each task, by its label, for a learner that is told with a sample which task it is of. */
export class TaskClasses {
  /** In the order of the columns of logits. */
  readonly #met: number[] = [];
  readonly #ofTask = new Map<number, Set<number>>();

  /** Takes the classes of an experience down; once more makes no difference. */
  add({ newClasses, classes, taskLabel }: Omit<Experience, 'train'>): void {
    this.#met.push(...newClasses.filter((label) => !this.#met.includes(label)));
    if (taskLabel === undefined) return;
    const known = this.#ofTask.get(taskLabel) ?? new Set();
    for (const label of classes) known.add(label);
    this.#ofTask.set(taskLabel, known);
  }

  /**
   * The answer among the classes of the task alone: its largest logit (van de Ven, Tuytelaars & Tolias 2022, task-incremental
   * learning). As it is without a task, for a task of all classes, or one that was not met, and where there are no logits.
   */
  among(answer: Predictions, { taskLabel }: PredictionQuery): Predictions {
    const own = taskLabel === undefined ? undefined : this.#ofTask.get(taskLabel);
    const { logits, labels } = answer;
    if (own === undefined || logits === undefined || own.size === this.#met.length) return answer;
    const columns = this.#met.flatMap((label, column) => (own.has(label) ? [column] : []));
    const width = this.#met.length;
    const best = Int32Array.from(labels, (_, row) => {
      const of = (column: number): number => logits[row * width + column] ?? -Infinity;
      return this.#met[columns.reduce((a, b) => (of(b) > of(a) ? b : a))] ?? -1;
    });
    return { ...answer, labels: best };
  }

  save(): Snapshot {
    return {
      json: { met: [...this.#met], tasks: [...this.#ofTask].map(([label, of]) => [label, [...of]]) },
      tensors: {},
    };
  }

  /** @throws ReverieError `bad-checkpoint` where it is not what {@link save} gave */
  restore({ json }: Snapshot): void {
    const { met, tasks } = isRecord(json) ? json : {};
    if (!isIntegers(met) || !Array.isArray(tasks) || !tasks.every(isTask)) {
      throw new ReverieError(
        'bad-checkpoint',
        'the saved learner does not say which classes its tasks have; the checkpoint is not usable',
      );
    }
    this.#met.splice(0, this.#met.length, ...met);
    this.#ofTask.clear();
    for (const [label, classes] of tasks) this.#ofTask.set(label, new Set(classes));
  }
}

function isTask(value: unknown): value is readonly [number, readonly number[]] {
  return Array.isArray(value) && Number.isInteger(value[0]) && isIntegers(value[1]);
}
