import type { LearnerEvent } from './events.js';
import type { Experience } from './experience.js';
import type { DreamSource } from './memory.js';
import type { Snapshot } from './snapshot.js';
import type { TrainedFunction } from './trained-function.js';

/**
 * A continual learner: meets experiences one after the other and can be asked, at any moment between two events, what
 * class a sample has.
 */
export interface Learner {
  /**
   * Learns one experience. The caller pulls the events; training goes on only while it does, and stops for good when
   * it calls `return` (cancellation), after which the learner may be asked and disposed but not taught.
   */
  learn(experience: Experience): AsyncIterable<LearnerEvent>;

  /**
   * Class of each of `count` samples, among all classes met so far. Which task a sample is from is never told.
   *
   * @param features `count` rows, one after the other
   */
  predict(features: Float32Array, count: number): Promise<Int32Array>;

  /** The whole state between two tasks; a learner restored from it goes on bit for bit the same. */
  save(): Promise<Snapshot>;
  restore(snapshot: Snapshot): Promise<void>;

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

  /** What the learner carries from task to task besides its own network. */
  footprint(): Footprint;

  /** Frees what the engine holds for it. */
  dispose(): void;
}

/** What remembering costs. */
export interface Footprint {
  /** Bytes of everything kept for the sake of old tasks: a memory's networks and statistics, or stored samples. */
  readonly memoryBytes: number;
  /** Of those, what is kept of data beside the parameters of networks: statistics of codes, walks, stored samples. */
  readonly statisticsBytes?: number;
  /** Real samples kept from earlier tasks; 0 for an exemplar-free learner. */
  readonly storedSamples: number;
}
