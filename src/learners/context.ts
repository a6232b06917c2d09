import type { TrainingPlan } from '../core/experience.js';
import type { Memory } from '../core/memory.js';
import type { RandomStreams } from '../core/random.js';
import type { Json } from '../core/snapshot.js';
import type { Shape } from '../core/tensor.js';
import type { Engine } from '../engine/engine.js';

/** A part by name, with its options. */
interface PartOf {
  readonly name: string;
  readonly options: Readonly<Record<string, Json>>;
}

/** A memory that a learner is defined with; it reconstructs the rows themselves. */
export interface OwnMemory extends PartOf {
  readonly sampler: PartOf;
}

/** What a learner is made from. */
export interface LearnerContext {
  readonly engine: Engine;
  /** The run's random streams; take those you need by name, e.g. `random.stream('batches')`. */
  readonly random: RandomStreams;
  readonly plan: TrainingPlan;
  /** Shape of one sample. */
  readonly shape: Shape;
  /** Values per sample. */
  readonly width: number;
  /** Classes that are measured in all; nothing but protocols that give it away (`outputs: all`) use it. */
  readonly classCount: number;
  /** A new memory, as the scenario describes it; the learner owns it. */
  memory(): Promise<Memory>;
  /**
   * A new memory that is a part of what the learner is, whatever the scenario describes; the learner owns it.
   *
   * @throws ReverieError `bad-usage` for options that it does not take
   */
  memoryOf(own: OwnMemory): Promise<Memory>;
}
