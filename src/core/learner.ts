import type { LearnerEvent } from './events.js';
import type { Experience } from './experience.js';
import type { Footprint } from './footprint.js';
import type { DreamSource } from './memory.js';
import type { StateSnapshot } from './snapshot.js';
import type { TrainedFunction } from './trained-function.js';

/** What a stream gives with test samples. */
export interface PredictionQuery {
  readonly taskLabel?: number;
}

/** What a learner makes of samples. */
export interface Predictions {
  /** The class of each sample. */
  readonly labels: Int32Array;
  /** A row for each sample, a column for each class met so far in the order in which they were met; absent where it has none. */
  readonly logits?: Float32Array;
}

/** What a learner may ask while it learns. */
export interface LearnControl {
  /**
   * Whether {@link Learner.save} will be called after this iteration's `batch-trained`: nothing that draws at random may be
   * prepared for the next one before. To be asked before or within the iteration.
   */
  checkpointAfter(iteration: number): boolean;
}

/**
 * A continual learner: meets experiences one after the other and can be asked, at any moment between two events, what
 * class a sample has.
 */
export interface Learner {
  /**
   * Learns one experience. The caller pulls the events; training goes on only while it does, and stops for good when
   * it calls `return` (cancellation), after which the learner may be asked and disposed but not taught.
   */
  learn(experience: Experience, control?: LearnControl): AsyncIterable<LearnerEvent>;

  /**
   * Class of each of `count` samples, among all classes met so far, or among those of the task that the query names.
   *
   * @param features `count` rows, one after the other
   * @param query what the stream gives with test samples; nothing unless it gives task labels
   */
  predict(features: Float32Array, count: number, query?: PredictionQuery): Promise<Predictions>;

  /** The whole state between two experiences; a learner restored from it goes on bit for bit the same. */
  save(): Promise<StateSnapshot>;
  restore(snapshot: StateSnapshot): Promise<void>;

  /**
   * Whether {@link save} may also be called between two `batch-trained` of one experience. Restored from such a snapshot,
   * {@link learn} of the same experience goes on behind the iteration at which it was saved. Where this is not true,
   * checkpoints are left between experiences only.
   */
  readonly savesWithinExperience?: boolean;

  /**
   * For learners that keep real samples: when a run is resumed, each experience that was learnt before the checkpoint is
   * handed over again, in order, after {@link restore}; a checkpoint holds no data set. It is not to be learnt again.
   */
  reattach?(experience: Experience): void;

  /**
   * What of it can be used without reverie, as it is now: first the function that classifies, then what its memory has to
   * offer. A learner without this cannot be exported.
   */
  trainedFunctions?(): Promise<readonly TrainedFunction[]>;

  /** The memory that it dreams with, for others to look at its dreams; the learner goes on owning it. */
  readonly memory?: DreamSource;

  /** What the learner carries from task to task in addition to its own network. */
  footprint(): Footprint;

  /** Frees what the engine holds for it. */
  dispose(): void;
}
