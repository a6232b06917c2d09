import type { LearnerEvent } from '../core/events.js';
import { iterationsFor, type Experience, type TrainingPlan } from '../core/experience.js';
import type { RandomStream } from '../core/random.js';
import type { Samples } from '../core/dataset.js';
import { shuffledBatches } from '../core/batches.js';

/** What a step is told. */
export interface StepRows {
  /** Rows of the samples to train on. */
  readonly rows: Uint32Array;
  /** Which step of the task this is, from 1. */
  readonly iteration: number;
  /** Rows of the next step, for what can be prepared meanwhile; undefined at the last one. */
  readonly next: Uint32Array | undefined;
}

/** Takes one optimiser step; gives its losses by name. */
export type Step = (step: StepRows) => Promise<Readonly<Record<string, number>>>;

/**
 * The loop that all learners here share: as many steps as the plan gives to the samples, told as events. Whoever pulls
 * the events drives it, and stops it by pulling no more.
 */
export async function* trainingLoop(
  { index: task }: Experience,
  samples: Samples,
  plan: TrainingPlan,
  random: RandomStream,
  step: Step,
): AsyncGenerator<LearnerEvent, void, undefined> {
  const iterations = iterationsFor(plan, samples.size);
  const batches = shuffledBatches(samples, plan.batchSize, random);
  let openEpoch = 0;
  let upcoming = batches.next().value;
  for (let iteration = 1; iteration <= iterations; iteration++) {
    const { rows, epoch, endsEpoch } = upcoming;
    if (iteration < iterations) upcoming = batches.next().value;
    const next = iteration < iterations ? upcoming.rows : undefined;
    if (epoch !== openEpoch) {
      openEpoch = epoch;
      yield { type: 'epoch-started', task, epoch };
    }
    yield { type: 'batch-trained', task, iteration, iterations, losses: await step({ rows, iteration, next }) };
    if (endsEpoch || iteration === iterations) yield { type: 'epoch-ended', task, epoch };
  }
}
