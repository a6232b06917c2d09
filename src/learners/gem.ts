import { z } from 'zod';
import { footprintOfSamples } from '../core/footprint.js';
import { joined } from '../core/tensor.js';
import { gradients } from '../engine/graph/gradients.js';
import type { GraphNode } from '../engine/graph/node.js';
import { concat, mean, reshape } from '../engine/graph/ops.js';
import { meanOf, realBatch, replayBatch } from './batches.js';
import { capacityOf } from './buffer-options.js';
import { defineLearner } from './define-learner.js';
import { exemplarBuffer } from './exemplar-buffer.js';
import { gradientProduct } from './gradient-product.js';
import { modelOptions } from './model-options.js';
import type { BatchProgram, LossesOfRows } from './model-programs.js';
import { Model } from './model.js';
import { boundedQuadraticMinimum } from './quadratic-programme.js';
import type { Exemplars } from './stored-samples.js';

/** Added to the diagonal of G·Gᵀ, as in the authors' code. */
const ridge = 1e-3;

/**
 * Gradient episodic memory (Lopez-Paz & Ranzato 2017, equations 8 to 11): where the gradient g of the new samples would raise
 * the loss on the stored samples of an earlier task, whose gradients are the rows of G, it is replaced by the nearest one that
 * raises none,
 *
 *     min ½·‖g̃ − g‖²  subject to  G·g̃ ≥ 0,   by its dual   min_{v ≥ γ} ½·vᵀ(GGᵀ + 10⁻³·I)v + (Gg)ᵀv,   g̃ = Gᵀv + g.
 *
 * g̃ is the gradient of CE(new) + Σ_k v_k·CE(stored of task k): a program gives all products of gradients, the dual, with a
 * variable a task, is solved outside, and the step is one on rows of these weights. Keeps the last samples of each task.
 */
export const gem = defineLearner({
  summary: 'Keeps samples of each task, and changes gradients so that the loss on none of these grows (GEM).',
  options: z.strictObject({
    ...modelOptions,
    bufferSize: z
      .int()
      .min(1)
      .optional()
      .describe('Most samples kept, of all tasks together; 1000 unless this or samplesPerTask is given.'),
    samplesPerTask: z.int().min(1).optional().describe('Most samples kept of each task; not together with bufferSize.'),
    referenceSize: z
      .int()
      .min(1)
      .optional()
      .describe('Stored samples of each task that a step looks at, drawn anew; all where not given.'),
    margin: z
      .number()
      .min(0)
      .default(0.5)
      .describe('γ: least v, which pulls towards earlier tasks where it is above 0.'),
  }),
  create({ bufferSize, samplesPerTask, referenceSize = Infinity, margin, ...ofModel }, context) {
    const { engine, random, shape, width, classCount } = context;
    const buffer = exemplarBuffer('ring', capacityOf(bufferSize, { samplesPerTask }), width);
    const model = new Model(engine, { ...ofModel, width, shape, classCount }, random.stream('classifier'));
    let products: { readonly key: string; readonly program: BatchProgram } | undefined;

    /** The products of the gradients of these parts of a batch, in the engine. */
    const productsOf = (sizes: readonly number[]): BatchProgram => {
      const key = `${model.classes.length}: ${sizes.join()}`;
      if (products?.key === key) return products.program;
      products?.program.dispose();
      const program = model.ofBatches(total(sizes), (losses) => gradientProducts(losses, sizes));
      products = { key, program };
      return program;
    };

    return {
      state: { model, buffer },
      model,
      before: (experience, iterations) => {
        model.begin(experience, iterations);
      },
      async step({ experience, samples, rows }) {
        const earlier = buffer.groups.filter((task) => task !== experience.index);
        const stored = earlier
          .map((task) => buffer.draw(referenceSize, random.stream('replay'), task))
          .filter(({ count }) => count > 0);
        const sizes = [rows.length, ...stored.map(({ count }) => count)];
        const weights = new Float32Array(total(sizes)).fill(1 / rows.length, 0, rows.length);
        if (stored.length === 0) {
          const { rowLosses } = await model.step(realBatch(samples, rows, model.classes));
          return { new: meanOf(rowLosses) };
        }
        const batch = replayBatch(samples, rows, united(stored), model.classes, weights);
        const v = multipliers(await productsOf(sizes).apply(batch), margin);
        let at = rows.length;
        stored.forEach(({ count }, k) => weights.fill((v?.[k] ?? 0) / count, at, (at += count)));
        const { rowLosses } = await model.step(batch);
        const [fresh, replay] = [meanOf(rowLosses, 0, rows.length), meanOf(rowLosses, rows.length)];
        return { new: fresh, replay, projected: v === undefined ? 0 : 1 };
      },
      async *after({ index, train }) {
        await buffer.offer(train, random.stream('buffer').permutation(train.size), random.stream('buffer'), index);
      },
      footprint: () => footprintOfSamples(buffer.size, width),
      dispose: () => {
        products?.program.dispose();
        model.dispose();
      },
    };
  },
});

/**
 * v for the products of the gradients [g; G]: undefined where g raises no loss.
 *
 * @param products (t + 1) × (t + 1), [g; G]·[g; G]ᵀ, g first
 */
export function multipliers(products: Float32Array, margin: number): readonly number[] | undefined {
  const all = Math.round(Math.sqrt(products.length));
  const of = (i: number, j: number): number => products[i * all + j] ?? 0;
  const tasks = Array.from({ length: all - 1 }, (_, k) => k + 1);
  if (tasks.every((k) => of(0, k) >= 0)) return undefined;
  const quadratic = tasks.map((k) => tasks.map((l) => of(k, l) + (k === l ? ridge : 0)));
  const linear = tasks.map((k) => of(0, k));
  return boundedQuadraticMinimum(quadratic, linear, margin);
}

/** [parts, parts]: the products of the gradients of the mean losses of parts of a batch, one after the other, of so many rows. */
function gradientProducts({ of, parameters }: LossesOfRows, sizes: readonly number[]): GraphNode {
  const all = sizes.map((rows, i) => gradients(mean(of(total(sizes.slice(0, i)), rows)), parameters));
  // A triangle: the products are the same in either order.
  const lower = all.map((a, i) => all.slice(0, i + 1).map((b) => reshape(gradientProduct(a, b), [1])));
  const products = all.flatMap((_, i) => all.flatMap((_b, j) => lower[Math.max(i, j)]?.[Math.min(i, j)] ?? []));
  return reshape(concat(products, 0), [all.length, all.length]);
}

function united(stored: readonly Exemplars[]): Exemplars {
  return {
    count: total(stored.map(({ count }) => count)),
    features: joined(stored.map(({ features }) => features)),
    labels: Int32Array.from(stored.flatMap(({ labels }) => [...labels])),
    extras: stored.flatMap(({ extras }) => extras),
  };
}

function total(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size, 0);
}
