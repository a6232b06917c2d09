import { z, type output } from 'zod';
import { makeOptimiser } from '../engine/optimisers/optimisers.js';
import type { Optimiser } from '../engine/optimisers/optimiser.js';
import type { LearningRate } from '../engine/optimisers/schedules.js';

const learningRate = z
  .number()
  .positive()
  .optional()
  .describe("Takes the place of the learner's own learningRate, which holds where it is not given.");
const share = z.number().min(0).lt(1);
const epsilon = z.number().positive().default(1e-8);

/** The optimisers by name, each with its options; defaults are those of PyTorch. */
export const optimiserChoice = z.discriminatedUnion('name', [
  z
    .strictObject({
      name: z.literal('adam'),
      learningRate,
      beta1: share.default(0.9),
      beta2: share.default(0.999),
      epsilon,
      weightDecay: z.number().min(0).default(0).describe('Decoupled from the gradient: AdamW.'),
    })
    .describe('Adam, or AdamW.'),
  z
    .strictObject({
      name: z.literal('sgd'),
      learningRate,
      momentum: share.default(0),
      nesterov: z.boolean().default(false).describe('Looks ahead along the velocity; needs momentum.'),
    })
    .describe('Stochastic gradient descent.'),
  z
    .strictObject({ name: z.literal('rmsprop'), learningRate, decay: share.default(0.99), epsilon })
    .describe('RMSprop.'),
]);

export type OptimiserChoice = output<typeof optimiserChoice>;

/**
 * The optimiser that is chosen, with this learning rate or schedule.
 *
 * @throws ReverieError `bad-usage` for nesterov without momentum
 */
export function chosenOptimiser(choice: OptimiserChoice, rate: LearningRate): Optimiser {
  return makeOptimiser({ ...choice, learningRate: rate });
}
