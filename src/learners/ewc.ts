import { z } from 'zod';
import { defineLearner } from './define-learner.js';
import { fisherInformation, fisherOptions } from './fisher.js';
import { modelOptions } from './model-options.js';
import { penalised } from './penalised.js';

/** The options of EWC, in whichever form. */
export const ewcOptions = {
  ...modelOptions,
  lambda: z
    .number()
    .min(0)
    .default(1e9)
    .describe('λ: weight of the penalty. Class-incremental learning takes very large ones to show any effect.'),
  ...fisherOptions,
};

/**
 * Elastic weight consolidation (Kirkpatrick et al. 2017, "Overcoming catastrophic forgetting in neural networks", equation 3,
 * with a penalty for each earlier experience k):
 *
 *     L = CE + λ·Σ_k ½·Σ_i F_i^k·(θ_i − θ_i^k)²
 *     F_i^k = E_x E_{y ~ p(·|x)} (∂ log p(y|x)/∂θ_i)²  at θ^k
 *
 * The expectation over y is taken exactly unless `fisher` says otherwise, and gradients are squared row by row: the mean over
 * a batch squared, which many implementations take, is too small by up to the batch size and depends on it.
 *
 * Keeps the parameters and F of each experience: two networks' bytes an experience.
 */
export const ewc = defineLearner({
  summary: 'Holds parameters near where earlier tasks left them, by how much those depend on them (EWC).',
  options: z.strictObject(ewcOptions),
  create: ({ lambda, fisher, fisherSamples, ...options }, context) =>
    penalised(context, {
      options,
      weight: lambda / 2,
      async consolidate(model, anchors, { train }) {
        const random = context.random.stream('fisher');
        const importance = await fisherInformation(model, train, { fisher, fisherSamples }, random);
        anchors.add({ values: model.parameters(), importance });
      },
    }),
});
