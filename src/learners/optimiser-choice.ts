import { z, type output } from 'zod';
import { ReverieError } from '../core/errors.js';
import { makeOptimiser } from '../engine/optimisers/optimisers.js';
import type { Optimiser } from '../engine/optimisers/optimiser.js';
import { cosine } from '../engine/optimisers/schedules.js';

const rateOption = z
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
      learningRate: rateOption,
      beta1: share.default(0.9),
      beta2: share.default(0.999),
      epsilon,
      weightDecay: z.number().min(0).default(0).describe('Decoupled from the gradient: AdamW.'),
    })
    .describe('Adam, or AdamW.'),
  z
    .strictObject({
      name: z.literal('sgd'),
      learningRate: rateOption,
      momentum: share.default(0),
      nesterov: z.boolean().default(false).describe('Looks ahead along the velocity; needs momentum.'),
    })
    .describe('Stochastic gradient descent.'),
  z
    .strictObject({ name: z.literal('rmsprop'), learningRate: rateOption, decay: share.default(0.99), epsilon })
    .describe('RMSprop.'),
]);

export type OptimiserChoice = output<typeof optimiserChoice>;

/** What of a model's options its optimiser is made of. */
export interface ModelOptimiser {
  /** Adam unless given. */
  readonly optimiser?: OptimiserChoice | undefined;
  /** Where the optimiser has none of its own. */
  readonly learningRate: number;
  /** Lets the learning rate fall to 0 over each task, along half a cosine; it stays if not given. */
  readonly decay?: 'cosine' | undefined;
  /** Whether the optimiser begins anew with each task, as it does unless this is false. */
  readonly resetOptimiser?: boolean | undefined;
}

const adam: OptimiserChoice = {
  ...{ name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
};

/**
 * The optimiser of a model for one task.
 *
 * @param steps of the task, that the learning rate falls over, where it does
 * @throws ReverieError `bad-usage` for nesterov without momentum, and for a rate that falls over each task where the optimiser
 *   does not begin anew with it
 */
export function modelOptimiser(
  { optimiser = adam, learningRate, decay, resetOptimiser }: ModelOptimiser,
  steps: number,
): Optimiser {
  if (decay !== undefined && resetOptimiser === false) {
    throw new ReverieError(
      'bad-usage',
      `decay: ${decay} lets the learning rate fall over each task, and with resetOptimiser: false the optimiser does not begin ` +
        'anew with a task; give one of the two',
    );
  }
  const from = optimiser.learningRate ?? learningRate;
  const rate = decay === undefined ? from : cosine({ from, steps: steps + 1 });
  return makeOptimiser({ ...optimiser, learningRate: rate });
}
