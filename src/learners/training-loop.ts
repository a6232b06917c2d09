import type { LearnerEvent } from '../core/events.js';
import { iterationsFor, type Experience, type TrainingPlan } from '../core/experience.js';
import type { RandomStream } from '../core/random.js';
import type { Samples } from '../core/dataset.js';
import { shuffledBatches } from './batches.js';

/** Takes one optimiser step, the task's `iteration`-th, on these rows of the samples; gives its losses by name. */
export type Step = (rows: Uint32Array, iteration: number) => Promise<Readonly<Record<string, number>>>;

/**
 * The loop that all learners here share: as many steps as the plan gives to the samples, told as events. Whoever pulls
 * the events drives it, and stops it by pulling no more.
 */
export async function* trainingLoop(
  { task }: Experience,
  samples: Samples,
  plan: TrainingPlan,
  random: RandomStream,
  step: Step,
): AsyncGenerator<LearnerEvent, void, undefined> {
  const iterations = iterationsFor(plan, samples.size);
  const batches = shuffledBatches(samples, plan.batchSize, random);
  let openEpoch = 0;
  for (let iteration = 1; iteration <= iterations; iteration++) {
    const { rows, epoch, endsEpoch } = batches.next().value;
    if (epoch !== openEpoch) {
      openEpoch = epoch;
      yield { type: 'epoch-started', task, epoch };
    }
    yield { type: 'batch-trained', task, iteration, iterations, losses: await step(rows, iteration) };
    if (endsEpoch || iteration === iterations) yield { type: 'epoch-ended', task, epoch };
  }
}
