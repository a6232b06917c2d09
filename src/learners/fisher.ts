import { z } from 'zod';
import { rowRange, type Samples } from '../core/dataset.js';
import type { RandomStream } from '../core/random.js';
import type { TensorMap } from '../core/tensor.js';
import { gradients } from '../engine/graph/gradients.js';
import type { GraphNode } from '../engine/graph/node.js';
import { add, constant, feed, mul, oneHot, softmax, square } from '../engine/graph/ops.js';
import { rowSums, softmaxCrossEntropy, weightedTotal } from '../engine/losses.js';
import { rowGradients } from '../engine/training/row-gradients.js';
import { softTargets } from './distillation.js';
import type { Model } from './model.js';
import { maskOf } from './output-rules.js';
import type { ModelGraph } from './step-rules.js';

/** What is called the Fisher information, by the names of van de Ven 2025 (arXiv 2502.11756). */
const fisherKinds = ['exact', 'sample', 'empirical', 'batched'] as const;

export const fisherOptions = {
  fisher: z
    .enum(fisherKinds)
    .default('exact')
    .describe(
      'Labels whose squared gradients make F: all, by their probability; one for each sample, drawn by its probability; the true ' +
        'ones; or the true ones, with gradients squared after their mean over 128 samples, which is no Fisher information.',
    ),
  fisherSamples: z
    .int()
    .min(1)
    .optional()
    .describe('Training samples that F is estimated from, drawn at random; all of them where not given.'),
};

export interface FisherOptions {
  readonly fisher: (typeof fisherKinds)[number];
  readonly fisherSamples?: number | undefined;
}

/** Rows whose mean gradient `batched` squares. */
const rowsOfBatched = 128;

/**
 * F of each value of the parameters, at the parameters as they are now, the mean over samples x of their own gradients:
 *
 *     exact:      F_i = E_x Σ_y p(y|x)·(∂ log p(y|x)/∂θ_i)²
 *     sample:     F_i = E_x (∂ log p(y|x)/∂θ_i)²,  y ~ p(·|x)
 *     empirical:  F_i = E_x (∂ log p(y|x)/∂θ_i)²,  y the label of x
 *     batched:    F_i = E_B (mean_{x ∈ B} ∂ log p(y|x)/∂θ_i)²,  128 samples in B
 *
 * The first is the Fisher information (Kirkpatrick et al. 2017 by van de Ven 2025, arXiv 2502.11756, which has all four). The last
 * is what many implementations take for it by mistake: it is too small by up to the batch size and depends on it.
 *
 * y is among the outputs that a sample of the present experience competes among. Costs a backward pass for each y and 128
 * samples, or for each single sample where the network has other layers than fully connected ones.
 */
export async function fisherInformation(
  model: Model,
  samples: Samples,
  { fisher, fisherSamples }: FisherOptions,
  random: RandomStream,
): Promise<TensorMap> {
  const rows = fisherRows(samples, fisherSamples, random);
  const batch = fisher === 'batched' ? rowsOfBatched : model.rowsAtOnce;
  const { competing } = model;
  const sums = model.parameterSums(batch, (graph) => squares(graph, competing, batch, fisher));
  const teacher = model.freeze();
  /** What y of each of these rows is, as columns of outputs; one array for each y of a row. */
  const columns = async (here: Uint32Array, x: Float32Array): Promise<readonly Float32Array[]> => {
    if (fisher === 'exact') return competing.map((column) => new Float32Array(batch).fill(column));
    const own = new Float32Array(batch);
    if (fisher === 'sample') own.set(drawn(await teacher.outputs(x, here.length), competing, here.length, random));
    else own.set(Float32Array.from(here, (row) => model.classes.indexOf(samples.label(row))));
    return [own];
  };
  try {
    for (let from = 0; from < rows.length; from += batch) {
      const here = rows.subarray(from, from + batch);
      // Rows that fill the last batch up have weight 0.
      const x = new Float32Array(batch * samples.width);
      samples.copyRows(here, x);
      // Of batched, the weight stands within the square.
      const batches = Math.ceil(rows.length / batch);
      const weight = fisher === 'batched' ? 1 / (here.length * Math.sqrt(batches)) : 1 / rows.length;
      const weights = new Float32Array(batch).fill(weight, 0, here.length);
      for (const labels of await columns(here, x)) await sums.add({ x, labels, weights });
    }
    return sums.read();
  } finally {
    sums.dispose();
    teacher.dispose();
  }
}

function fisherRows(train: Samples, count: number | undefined, random: RandomStream): Uint32Array {
  const rows = count === undefined ? rowRange(0, train.size) : random.permutation(train.size);
  return rows.subarray(0, count);
}

/** What a batch adds to F; fed its `labels`, each the column of an output, and the `weights` of rows. */
function squares(
  { outputs, parameters }: ModelGraph,
  competing: readonly number[],
  batch: number,
  fisher: FisherOptions['fisher'],
): readonly GraphNode[] {
  const [, width = 0] = outputs.shape;
  const logits = add(outputs, constant(maskOf(competing, width), [1, width]));
  const targets = oneHot(feed('labels', [batch]), width);
  const losses = softmaxCrossEntropy(logits, targets);
  const weights = feed('weights', [batch]);
  if (fisher === 'batched') return gradients(weightedTotal(losses, weights), parameters).map((mean) => square(mean));
  const expected = fisher === 'exact' ? mul(weights, rowSums(mul(targets, softmax(logits)))) : weights;
  return rowGradients(losses, expected, parameters, 'square');
}

/** For each row of logits of all outputs the column of one that competes, drawn by its probability among them. */
function drawn(logits: Float32Array, competing: readonly number[], count: number, random: RandomStream): Float32Array {
  const width = logits.length / count;
  return Float32Array.from({ length: count }, (_, row) => {
    const own = Float32Array.from(competing, (column) => logits[row * width + column] ?? 0);
    const probabilities = softTargets({ logits: own, classes: competing, count: 1 }, 1);
    let left = random.uniform();
    const place = probabilities.findIndex((probability) => (left -= probability) < 0);
    return competing.at(place) ?? 0;
  });
}
