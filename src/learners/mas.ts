import { z } from 'zod';
import { rowRange, type Samples } from '../core/dataset.js';
import type { TensorMap } from '../core/tensor.js';
import { constant, feed, mul, square } from '../engine/graph/ops.js';
import { rowSums } from '../engine/losses.js';
import { rowGradients } from '../engine/training/row-gradients.js';
import { defineLearner } from './define-learner.js';
import { modelOptions } from './model-options.js';
import type { Model } from './model.js';
import { penalised } from './penalised.js';

/**
 * Memory aware synapses (Aljundi et al. 2018, "Memory aware synapses: learning what (not) to forget", equations 3 to 5, with the
 * squared length of the output, section 4.1):
 *
 *     L = CE + λ·Σ_i Ω_i·(θ_i − θ*_i)²
 *     Ω_i ← Ω_i + mean_n |∂‖z(x_n)‖²/∂θ_i|  after each experience, at its end
 *
 * z are the logits that a sample of the experience competes among. No label is needed. The absolute value is taken of each
 * sample's own gradient; of the gradient of a batch's mean, as some implementations take it, it is another number.
 *
 * Keeps parameters and Ω: two networks' bytes. A backward pass for 128 samples, or for each with layers that are not fully
 * connected.
 */
export const mas = defineLearner({
  summary: 'Holds parameters by how much the length of the output depends on them (memory aware synapses).',
  options: z.strictObject({
    ...modelOptions,
    lambda: z.number().min(0).default(1).describe('λ: weight of the penalty.'),
  }),
  create: ({ lambda, ...options }, context) =>
    penalised(context, {
      options,
      weight: lambda,
      async consolidate(model, anchors, { train }) {
        anchors.accumulate({ values: model.parameters(), importance: await outputSensitivity(model, train) });
      },
    }),
});

/** mean_n |∂‖z(x_n)‖²/∂θ_i| of each value of the parameters, as they are now. */
export async function outputSensitivity(model: Model, samples: Samples): Promise<TensorMap> {
  const { competing, rowsAtOnce: batch } = model;
  const sums = model.parameterSums(batch, ({ outputs, parameters }) => {
    const width = outputs.shape[1] ?? 0;
    const chosen = Float32Array.from({ length: width }, (_, column) => (competing.includes(column) ? 1 : 0));
    const lengths = rowSums(square(mul(outputs, constant(chosen, [1, width]))));
    return rowGradients(lengths, feed('weights', [batch]), parameters, 'absolute');
  });
  try {
    for (let from = 0; from < samples.size; from += batch) {
      const count = Math.min(batch, samples.size - from);
      const x = new Float32Array(batch * samples.width);
      samples.copyRows(rowRange(from, from + count), x);
      await sums.add({ x, weights: new Float32Array(batch).fill(1 / samples.size, 0, count) });
    }
    return sums.read();
  } finally {
    sums.dispose();
  }
}
