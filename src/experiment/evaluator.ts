import type { ConfusionCounts } from '../core/confusion.js';
import { rowRange, type Samples } from '../core/dataset.js';
import { shortList } from '../core/short-list.js';
import { ReverieError } from '../core/errors.js';
import type { Evaluated } from '../core/events.js';
import type { Experience } from '../core/experience.js';
import type { Learner } from '../core/learner.js';
import type { EvaluationSet } from '../core/stream.js';
import type { EventLoopYielder } from './event-loop-yielder.js';
import { BoundedWait } from './bounded-wait.js';
import { predictedLabels, type UnseenPredictions } from './learner-answers.js';

/** What one measurement showed. */
export interface Evaluation {
  /** Accuracy on each evaluation set seen so far. */
  readonly accuracies: readonly number[];
  /** Accuracy over all of these samples together. */
  readonly accuracy: number;
  readonly confusion: ConfusionCounts;
  readonly unseen: UnseenPredictions;
}

/** What was measured on a set that is still to come. */
export type FutureAccuracy = NonNullable<Evaluated['future']>[number];

/** Rows handed to a learner at once. */
const chunk = 1000;

/** Measures a learner on the evaluation sets of all experiences so far. Holds views and one chunk of rows, no copies. */
export class Evaluator {
  readonly #yielder: EventLoopYielder;
  readonly #signal: AbortSignal;
  readonly #sets: readonly EvaluationSet[];
  #seen = 0;
  readonly #classes: number[] = [];
  #features = new Float32Array(0);

  /**
   * @param sets in the order in which they are seen
   * @throws ReverieError `bad-data` for a set that is empty
   */
  constructor(sets: readonly EvaluationSet[], yielder: EventLoopYielder, signal: AbortSignal) {
    this.#sets = sets;
    this.#yielder = yielder;
    this.#signal = signal;
    for (const { name, samples, seenFrom } of sets) {
      if (samples.size > 0) continue;
      throw new ReverieError(
        'bad-data',
        `task ${seenFrom} has no test samples (evaluation set "${name}"); expected at least one`,
      );
    }
  }

  /** The evaluation sets seen so far. */
  get seen(): readonly EvaluationSet[] {
    return this.#sets.slice(0, this.#seen);
  }

  /**
   * From now on the evaluation sets of this experience are measured too; gives them.
   *
   * @throws ReverieError `bad-data` for a set with classes that nobody has been taught
   */
  see({ index, newClasses }: Experience): readonly EvaluationSet[] {
    this.#classes.push(...newClasses);
    const before = this.#seen;
    while ((this.#sets[this.#seen]?.seenFrom ?? Infinity) <= index) this.#check(this.#seen++);
    if (this.#seen === 0) {
      throw new ReverieError('bad-data', `nothing is measured after task ${index}; expected an evaluation set of it`);
    }
    return this.#sets.slice(before, this.#seen);
  }

  /**
   * Accuracies and confusion counts now; undefined where the run was stopped meanwhile. A prediction of a class that
   * nobody has shown yet is wrong, and counted apart.
   *
   * @param wait for the learner's answers
   * @throws Error where the learner answers with anything but a class label for each sample
   */
  async evaluate(learner: Learner, wait = new BoundedWait(this.#signal, Infinity)): Promise<Evaluation | undefined> {
    const columns = new Map(this.#classes.map((label, i) => [label, i]));
    const counts = this.#classes.map(() => new Array<number>(this.#classes.length + 1).fill(0));
    const accuracies: number[] = [];
    const unseen = new Map<number, number>();
    let right = 0;
    let samples = 0;
    for (const set of this.seen) {
      const test = set.samples;
      let rightHere = 0;
      let done = 0;
      for await (const chosen of this.#choices(set, learner, wait)) {
        for (const choice of chosen) {
          const label = test.label(done++);
          if (!columns.has(choice)) unseen.set(choice, (unseen.get(choice) ?? 0) + 1);
          if (choice === label) rightHere++;
          const line = counts[columns.get(label) ?? -1];
          const column = columns.get(choice) ?? this.#classes.length;
          if (line !== undefined) line[column] = (line[column] ?? 0) + 1;
        }
      }
      if (done < test.size) return undefined;
      accuracies.push(rightHere / test.size);
      right += rightHere;
      samples += test.size;
    }
    const classes = [...this.#classes];
    return {
      accuracies,
      accuracy: right / samples,
      confusion: { classes, counts },
      unseen: { labels: unseen, samples, classes },
    };
  }

  /**
   * Accuracy now on each set that is still to come, and that of guessing: 1 over the number of classes that its samples are told
   * apart from, which are those of its task where the task is told, and else all of the stream. Undefined where the run was
   * stopped meanwhile.
   *
   * @throws as {@link evaluate}
   */
  async evaluateFuture(learner: Learner, wait: BoundedWait): Promise<readonly FutureAccuracy[] | undefined> {
    const all = new Set(this.#sets.flatMap(({ classes }) => classes)).size;
    const found: FutureAccuracy[] = [];
    for (const set of this.#sets.slice(this.#seen)) {
      const { samples, classes, taskLabel } = set;
      let right = 0;
      let done = 0;
      for await (const chosen of this.#choices(set, learner, wait)) {
        for (const choice of chosen) if (choice === samples.label(done++)) right++;
      }
      if (done < samples.size) return undefined;
      found.push({ accuracy: right / samples.size, chance: 1 / (taskLabel === undefined ? all : classes.length) });
    }
    return found;
  }

  /** What a learner takes the samples of a set for, in their order, in pieces; ends early where the run is stopped. */
  async *#choices(
    { samples: test, taskLabel }: EvaluationSet,
    learner: Learner,
    wait: BoundedWait,
  ): AsyncGenerator<readonly number[]> {
    if (this.#features.length < chunk * test.width) this.#features = new Float32Array(chunk * test.width);
    for (let start = 0; start < test.size; start += chunk) {
      if (this.#signal.aborted) return;
      const rows = rowRange(start, Math.min(start + chunk, test.size));
      const predicted = await wait.for(() => this.#predict(learner, test, rows, taskLabel));
      yield Array.from(rows, (_, i) => predicted[i] ?? -1);
      await this.#yielder.yieldToEventLoop();
    }
  }

  async #predict(
    learner: Learner,
    test: Samples,
    rows: Uint32Array,
    taskLabel: number | undefined,
  ): Promise<ArrayLike<number>> {
    test.copyRows(rows, this.#features);
    const features = this.#features.subarray(0, rows.length * test.width);
    const answer = await learner.predict(features, rows.length, taskLabel === undefined ? {} : { taskLabel });
    return predictedLabels(answer, rows.length);
  }

  #check(at: number): void {
    const set = this.#sets[at];
    if (set === undefined) return;
    const { samples, seenFrom } = set;
    const taught = new Set(this.#classes);
    for (let row = 0; row < samples.size; row++) {
      if (taught.has(samples.label(row))) continue;
      const found = `test sample ${row} of task ${seenFrom} has class ${samples.label(row)}`;
      throw new ReverieError(
        'bad-data',
        `${found}, expected one of ${shortList(this.#classes)}: the classes taught so far`,
      );
    }
  }
}
