import type { TrainingPlan } from '../core/experience.js';
import type { Memory } from '../core/memory.js';
import type { RandomStreams } from '../core/random.js';
import type { Shape } from '../core/tensor.js';
import type { Engine } from '../engine/engine.js';

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
}
