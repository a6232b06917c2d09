import type { Samples } from './dataset.js';
import type { Experience } from './experience.js';

/** Test samples of a stream that are measured together: a column of the accuracy matrix. No learner ever sees them. */
export interface EvaluationSet {
  /** For people, e.g. `classes 2, 3` or `permutation 4`. */
  readonly name: string;
  readonly samples: Samples;
  /** The classes of its samples. */
  readonly classes: readonly number[];
  /** Index of the experience, from 1, that first teaches what is measured here. */
  readonly seenFrom: number;
  /** Given to `predict`; absent where the stream gives no task labels. */
  readonly taskLabel?: number;
}

/** What a learner is given of a stream in addition to samples. */
export interface StreamGives {
  /** Whether an experience ends where the distribution of the samples changes. */
  readonly boundaries: boolean;
  /** Whether experiences and queries say which task they are of (task-incremental learning). */
  readonly taskLabels: boolean;
}

/**
 * Experiences, pulled one at a time: the next is made when the learner has finished the last, so that a stream may have no
 * end. The scenarios of van de Ven, Tuytelaars & Tolias (Nature Machine Intelligence 4, 2022), task-, domain- and
 * class-incremental learning, are streams that differ in what they give.
 */
export interface ContinualStream {
  /** Each iteration gives the whole stream from its start, and the same one each time. */
  readonly experiences: AsyncIterable<Experience>;
  /** In the order of {@link EvaluationSet.seenFrom}. */
  readonly evaluation: readonly EvaluationSet[];
  /** Number of experiences; absent where the stream has no end, or nobody knows. */
  readonly length?: number;
  readonly gives: StreamGives;
  /** Names of its labels, by their numbers, where they are not those of the data set. */
  readonly classNames?: Readonly<Record<string, string>>;
}
