import { z } from 'zod';
import { footprintOfSamples } from '../core/footprint.js';
import type { GraphNode } from '../engine/graph/node.js';
import { add, constant, div, greater, mul, sub, where } from '../engine/graph/ops.js';
import { meanOf, oneHot, realBatch } from './batches.js';
import { defineLearner } from './define-learner.js';
import { bufferOf, bufferOptions } from './buffer-options.js';
import { gradientProduct } from './gradient-product.js';
import { modelOptions } from './model-options.js';
import { Model } from './model.js';

/** Keeps the division defined where the reference gradient vanishes; the value of van de Ven et al. */
const epsilon = 1e-7;

/**
 * Averaged gradient episodic memory (Chaudhry et al. 2019, "Efficient lifelong learning with A-GEM", equation 11): where the
 * gradient g of the new samples would raise the loss on stored ones, whose gradient is r, it is projected,
 *
 *     g ← g − (g·r / (r·r + ε))·r    where g·r < 0.
 *
 * r is of a batch drawn anew from the buffer at each step, all parameters as one vector. Keeps real samples.
 */
export const aGem = defineLearner({
  summary: 'Keeps some samples, and projects gradients so that the loss on them does not grow (A-GEM).',
  options: z.strictObject({
    ...modelOptions,
    ...bufferOptions,
    referenceSize: z
      .int()
      .min(1)
      .default(128)
      .describe('Stored samples in the batch that gives the reference gradient.'),
  }),
  create(
    { bufferSize, samplesPerClass, buffer: rule, referenceSize, ...options },
    { engine, random, shape, width, classCount },
  ) {
    const buffer = bufferOf({ bufferSize, samplesPerClass, buffer: rule }, width, (some, count) =>
      model.features(some, count),
    );
    /** Rows of the reference batch; 0 while there is none, and then no step is changed. */
    const reference = (): number => Math.min(referenceSize, buffer.size);
    const model: Model = new Model(
      engine,
      { ...options, width, shape, classCount },
      random.stream('classifier'),
      () => ({
        ...(reference() > 0 && {
          transformGradients: (g, gradientsOn) => projected(g, gradientsOn('reference', reference())),
        }),
      }),
    );
    return {
      // The buffer first: whether there is a reference decides how the model's step is built.
      state: { buffer, model },
      model,
      before: (experience, iterations) => {
        model.begin(experience, iterations);
      },
      async step({ samples, rows }) {
        const batch = realBatch(samples, rows, model.classes);
        if (reference() === 0) return { new: meanOf((await model.step(batch)).rowLosses) };
        const { count, features, labels } = buffer.draw(referenceSize, random.stream('reference'));
        const targets = oneHot(labels, model.classes);
        if (count !== reference()) throw new Error('the buffer gives as many samples as it has');
        const { rowLosses } = await model.step(batch, { 'reference/x': features, 'reference/targets': targets });
        return { new: meanOf(rowLosses) };
      },
      // Only when all is learnt, so that the reference is of earlier experiences alone.
      async *after({ train }) {
        await buffer.offer(train, random.stream('buffer').permutation(train.size), random.stream('buffer'));
      },
      footprint: () => footprintOfSamples(buffer.size, width),
      dispose: () => {
        model.dispose();
      },
    };
  },
});

/** The projection above, for gradients in parts. */
export function projected(gradients: readonly GraphNode[], reference: readonly GraphNode[]): readonly GraphNode[] {
  const product = gradientProduct(gradients, reference);
  const zero = constant(0);
  const share = where(
    greater(zero, product),
    div(product, add(gradientProduct(reference, reference), constant(epsilon))),
    zero,
  );
  return gradients.map((part, i) => sub(part, mul(share, reference[i] ?? part)));
}
