import { z } from 'zod';
import { defineLearner } from './define-learner.js';
import { ewcOptions } from './ewc.js';
import { fisherInformation } from './fisher.js';
import { penalised } from './penalised.js';

/**
 * Online elastic weight consolidation (Schwarz et al. 2018, "Progress & compress", equation 9): one penalty for all earlier
 * experiences, around the parameters of the last one,
 *
 *     L = CE + ½·λ·γ·Σ_i Ω_i·(θ_i − θ*_i)²,    Ω ← γ·Ω + F  after each experience,
 *
 * with F as in {@link fisherInformation}. γ < 1 forgets experiences, and at 1 none.
 *
 * Keeps parameters and Ω: two networks' bytes, however many experiences there are.
 */
export const onlineEwc = defineLearner({
  summary: 'Elastic weight consolidation with one penalty for all earlier tasks (online EWC).',
  options: z.strictObject({
    ...ewcOptions,
    gamma: z
      .number()
      .positive()
      .max(1)
      .default(1)
      .describe('γ: what is left of the importance that earlier tasks gave, at each task.'),
  }),
  create: ({ lambda, gamma, fisher, fisherSamples, ...options }, context) =>
    penalised(context, {
      options,
      weight: (lambda * gamma) / 2,
      async consolidate(model, anchors, { train }) {
        const random = context.random.stream('fisher');
        const importance = await fisherInformation(model, train, { fisher, fisherSamples }, random);
        anchors.accumulate({ values: model.parameters(), importance }, (before, added) => gamma * before + added);
      },
    }),
});
