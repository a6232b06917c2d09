import { z } from 'zod';
import { rowRange, type Samples } from '../core/dataset.js';
import type { RandomStream } from '../core/random.js';
import { isRecord, type Snapshot } from '../core/snapshot.js';
import { ReverieError } from '../core/errors.js';
import type { Tensor, TensorMap } from '../core/tensor.js';
import type { GraphNode } from '../engine/graph/node.js';
import { add, constant, mul, square, sub, sum, variable } from '../engine/graph/ops.js';
import { transferGrownHead } from '../engine/networks/initial.js';
import { meanOf, realBatch } from './batches.js';
import { defineLearner, type Stateful } from './define-learner.js';
import { softTargets } from './distillation.js';
import { modelOptions } from './model-options.js';
import { Model } from './model.js';
import type { LossTerm } from './step-rules.js';

/** What is remembered of one experience: θ* and F, by parameter. */
interface Anchor {
  readonly values: TensorMap;
  readonly fisher: TensorMap;
}

/** Rows whose squared gradients are taken at once. */
const batch = 128;

/**
 * Elastic weight consolidation (Kirkpatrick et al. 2017, "Overcoming catastrophic forgetting in neural networks", equation 3,
 * with a penalty for each earlier experience k):
 *
 *     L = CE + λ·Σ_k ½·Σ_i F_i^k·(θ_i − θ_i^k)²
 *     F_i^k = E_x E_{y ~ p(·|x)} (∂ log p(y|x)/∂θ_i)²  at θ^k
 *
 * The expectation over y is taken exactly, over all classes met so far, and gradients are squared row by row: the mean over
 * a batch squared, which many implementations take, is too small by up to the batch size and depends on it.
 *
 * Keeps the parameters and F of each experience: two networks' bytes an experience.
 */
export const ewc = defineLearner({
  summary: 'Holds parameters near where earlier tasks left them, by how much those depend on them (EWC).',
  options: z.strictObject({
    ...modelOptions,
    lambda: z
      .number()
      .min(0)
      .default(1e9)
      .describe('λ: weight of the penalty. Class-incremental learning takes very large ones to show any effect.'),
    fisherSamples: z
      .int()
      .min(1)
      .optional()
      .describe('Training samples that F is estimated from, drawn at random; all of them where not given.'),
  }),
  create({ lambda, fisherSamples, ...options }, { engine, random, shape, width, classCount }) {
    if (options.network !== undefined && options.network.name !== 'mlp') {
      throw new ReverieError(
        'bad-scenario',
        `learner "ewc" needs a network of fully connected layers, whose gradients it squares row by row, not ` +
          `"${options.network.name}"; give network: { name: mlp }, or hidden`,
      );
    }
    const anchors = new Anchors();
    const model = new Model(engine, { ...options, width, shape, classCount }, random.stream('classifier'), () => ({
      terms: anchors.all.length === 0 ? [] : [quadraticPenalty(anchors.all, lambda)],
    }));
    return {
      // The anchors first: the model is built with them.
      state: { anchors, model },
      model,
      before: (experience, iterations) => {
        model.begin(experience, iterations);
      },
      async step({ samples, rows }) {
        const { rowLosses, terms } = await model.step(realBatch(samples, rows, model.classes));
        return { new: meanOf(rowLosses), ...terms };
      },

      async *after({ train }) {
        const rows = fisherRows(train, fisherSamples, random.stream('fisher'));
        anchors.all.push({ values: model.parameters(), fisher: await fisherInformation(model, train, rows) });
      },
      footprint: () => ({ memoryBytes: anchors.bytes(), statisticsBytes: anchors.bytes() / 2, storedSamples: 0 }),
      dispose: () => {
        model.dispose();
      },
    };
  },
});

function fisherRows(train: Samples, count: number | undefined, random: RandomStream): Uint32Array {
  const rows = count === undefined ? rowRange(0, train.size) : random.permutation(train.size);
  return rows.subarray(0, count);
}

/** F of the model as it is now, the mean over these rows, by parameter. */
export async function fisherInformation(model: Model, samples: Samples, rows: Uint32Array): Promise<TensorMap> {
  const squares = model.squaredGradients(batch);
  const { classes } = model;
  try {
    for (let from = 0; from < rows.length; from += batch) {
      const here = rows.subarray(from, from + batch);
      // Rows that fill the last batch up have weight 0.
      const x = new Float32Array(batch * samples.width);
      samples.copyRows(here, x);
      const logits = await model.logits(x, here.length);
      const probabilities = softTargets({ logits, classes, count: here.length }, 1);
      for (const column of classes.keys()) {
        const targets = new Float32Array(batch * classes.length);
        const weights = new Float32Array(batch);
        for (let row = 0; row < batch; row++) targets[row * classes.length + column] = 1;
        for (let row = 0; row < here.length; row++) {
          weights[row] = (probabilities[row * classes.length + column] ?? 0) / rows.length;
        }
        await squares.add({ x, targets, weights });
      }
    }
    return squares.read();
  } finally {
    squares.dispose();
  }
}

/**
 * λ·Σ_k ½·Σ_i F_i^k·(θ_i − θ_i^k)². Outputs that an anchor did not have yet have F = 0: nothing holds them.
 *
 * It is computed from Σ_k F^k and Σ_k F^k·θ^k, with the same gradient: as many values for any number of experiences. What
 * does not depend on θ is added as a number, so that the loss is the penalty itself.
 */
export function quadraticPenalty(anchors: readonly Anchor[], lambda: number): LossTerm {
  const strength = (name: string): string => `ewc/strength/${name}`;
  const centre = (name: string): string => `ewc/centre/${name}`;
  let rest = 0;
  return {
    name: 'penalty',
    anchors(parameters) {
      rest = 0;
      return Object.fromEntries(
        Object.entries(parameters).flatMap(([name, parameter]) => {
          const total = new Float64Array(parameter.data.length);
          const weighted = new Float64Array(parameter.data.length);
          const squares = new Float64Array(parameter.data.length);
          const zero = { [name]: { shape: parameter.shape, data: new Float32Array(parameter.data.length) } };
          for (const { values, fisher } of anchors) {
            const f = transferGrownHead(fisher, zero)[name]?.data ?? new Float32Array();
            const at = transferGrownHead(values, zero)[name]?.data ?? new Float32Array();
            f.forEach((importance, i) => {
              total[i] = (total[i] ?? 0) + importance;
              weighted[i] = (weighted[i] ?? 0) + importance * (at[i] ?? 0);
              squares[i] = (squares[i] ?? 0) + importance * (at[i] ?? 0) ** 2;
            });
          }
          // Σ_k F^k (θ − θ^k)² = S·(θ − c)² + Σ_k F^k·(θ^k)² − S·c², c = Σ_k F^k θ^k / S.
          const middle = weighted.map((value, i) => (total[i] === 0 ? 0 : value / (total[i] ?? 1)));
          squares.forEach((value, i) => (rest += Math.max(0, value - (total[i] ?? 0) * (middle[i] ?? 0) ** 2)));
          const tensor = (data: Float64Array): Tensor => ({ shape: parameter.shape, data: Float32Array.from(data) });
          return [
            [strength(name), tensor(total)],
            [centre(name), tensor(middle)],
          ];
        }),
      );
    },
    build({ parameters }) {
      const terms = parameters.map((parameter): GraphNode => {
        const { name, shape } = parameter;
        const moved = square(sub(parameter, variable(centre(name), shape)));
        return sum(mul(variable(strength(name), shape), moved));
      });
      const total = terms.reduce((a, b) => add(a, b));
      return mul(add(total, constant(rest)), constant(lambda / 2));
    },
  };
}

/** The anchors of all experiences so far. */
class Anchors implements Stateful {
  readonly all: Anchor[] = [];

  bytes(): number {
    const of = (tensors: TensorMap): number =>
      Object.values(tensors).reduce((sum, { data }) => sum + data.byteLength, 0);
    return this.all.reduce((sum, { values, fisher }) => sum + of(values) + of(fisher), 0);
  }

  save(): Snapshot {
    const tensors = this.all.flatMap(({ values, fisher }, k) => [
      ...Object.entries(values).map(([name, tensor]) => [`${k}/values/${name}`, tensor] as const),
      ...Object.entries(fisher).map(([name, tensor]) => [`${k}/fisher/${name}`, tensor] as const),
    ]);
    return { json: { count: this.all.length }, tensors: Object.fromEntries(tensors) };
  }

  restore({ json, tensors }: Snapshot): void {
    const count = isRecord(json) ? json['count'] : undefined;
    if (typeof count !== 'number') {
      throw new ReverieError('bad-checkpoint', 'the saved anchors of EWC have no count; the checkpoint is not usable');
    }
    const under = (prefix: string): TensorMap =>
      Object.fromEntries(
        Object.entries(tensors).flatMap(([name, tensor]) =>
          name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [],
        ),
      );
    this.all.length = 0;
    for (let k = 0; k < count; k++) this.all.push({ values: under(`${k}/values/`), fisher: under(`${k}/fisher/`) });
  }
}
