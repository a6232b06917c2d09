import { z } from 'zod';
import { maxWidth } from '../engine/networks/size-limit.js';
import { defineLearner } from './define-learner.js';
import { dreamLabels, dreamScales } from './distillation.js';
import { modelOptions } from './model-options.js';
import { newShareOption } from './new-share.js';
import { pseudoRehearsal } from './rehearsal.js';

const width = z.int().min(1).max(maxWidth);

/**
 * Deep generative replay (Shin et al. 2017, equation 2 for the solver), with a variational autoencoder as the generator, as in
 * van de Ven, Tuytelaars & Tolias 2022. At task t, with s = 1/t,
 *
 *     solver:     L = s·CE(y, new) + (1 − s)·CE(ŷ, generated)
 *     generator:  L = s·ELBO(new) + (1 − s)·ELBO(generated)
 *
 * generated: decoded draws from N(0, I), new ones at each step, by the generator of the end of the last task; ŷ: the first
 * choice of the solver of that time, or with `labels: soft` all that it thinks of them at temperature T, 0 for classes it lacked.
 *
 * It is {@link pseudoRehearsal} with a generator of its own for its memory: the scenario's memory is not used. Van de Ven et al.
 * divide the negative ELBO by the number of pixels; here it is in nats, which is the same to Adam but for its ε.
 *
 * Keeps copies of generator and solver, no sample.
 */
export const dgr = defineLearner({
  summary:
    'Trains on new data and on what a frozen variational autoencoder generates, labelled by its former self (deep generative replay).',
  options: z.strictObject({
    ...modelOptions,
    labels: z
      .enum(dreamLabels)
      .default('hard')
      .describe(
        'What generated samples are taught with: the first choice of the former solver, or all that it thinks.',
      ),
    temperature: z.number().min(1).default(2).describe('T of soft labels; hard ones have none.'),
    scale: z
      .enum(dreamScales)
      .default('none')
      .describe(
        'What the loss of soft labels is multiplied by: nothing, or T², which keeps its gradient as T changes.',
      ),
    newShare: newShareOption
      .unwrap()
      .default('tasks')
      .describe('Weight of new samples against generated ones, in both losses.'),
    latent: width.default(100).describe("Values of the generator's code."),
    generatorHidden: z
      .array(width)
      .max(10)
      .default([400, 400])
      .describe("Widths of the hidden layers of the generator's encoder; its decoder has them in reverse."),
    generatorLearningRate: z.number().positive().default(0.001).describe("Of the generator's Adam."),
  }),
  async create(options, context) {
    const { latent: codeWidth, generatorHidden, generatorLearningRate, resetOptimiser } = options;
    const generator = await context.memoryOf({
      name: 'variational',
      options: {
        latent: codeWidth,
        hidden: [...generatorHidden],
        learningRate: generatorLearningRate,
        resetOptimiser,
      },
      // Draws of N(0, I), decoded and taken as they come.
      sampler: { name: 'prior', options: { candidates: 1 } },
    });
    return pseudoRehearsal({ ...options, memoryShare: 1, memoryEvery: 1 }, context, generator);
  },
});
