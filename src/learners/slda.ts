import { z } from 'zod';
import { AsyncCache } from '../core/async-cache.js';
import { ReverieError } from '../core/errors.js';
import type { Experience } from '../core/experience.js';
import type { Samples } from '../core/dataset.js';
import { savedClasses } from '../core/saved-classes.js';
import type { Snapshot } from '../core/snapshot.js';
import { topClasses } from '../core/teacher.js';
import type { Tensor, TensorMap } from '../core/tensor.js';
import type { TrainedFunction } from '../core/trained-function.js';
import type { Engine, Program } from '../engine/engine.js';
import { add, feed, matMul, softmax, variable } from '../engine/graph/ops.js';
import { meanOf, realBatch } from './batches.js';
import { defineLearner, type Schedule, type Stateful } from './define-learner.js';
import { modelOptions } from './model-options.js';
import { Model } from './model.js';

/**
 * Streaming linear discriminant analysis (Hayes & Kanan 2020, "Lifelong machine learning with deep streaming linear
 * discriminant analysis"): class means μ_y and one within-class covariance Σ of features, and no gradient,
 *
 *     logits = W·φ(x) + b,   W = M·((1 − ε)Σ + εI)⁻¹,   b_y = −½·μ_yᵀ((1 − ε)Σ + εI)⁻¹μ_y,   Σ = S/N,
 *
 * with S the scatter about the mean of the sample's own class. The order of samples makes no difference but for rounding:
 * batches are merged exactly (Chan, Golub & LeVeque 1983), where the authors' code takes each class's first sample against a
 * mean of zero and weighs by the number of all samples.
 *
 * Features are the samples themselves, or what the last hidden layer of a classifier makes of them that learns the first
 * experience and then stays. Keeps μ and S (8 bytes a value), no sample.
 */
export const slda = defineLearner({
  summary:
    'Class means and one covariance of features, in closed form: no gradient, nothing to forget (streaming LDA).',
  options: z.strictObject({
    ...modelOptions,
    features: z
      .enum(['input', 'hidden'])
      .default('input')
      .describe(
        'Samples as they are, or what the last hidden layer of a classifier makes of them that learns the first task and stays.',
      ),
    shrinkage: z.number().gt(0).max(1).default(1e-4).describe('ε: share of the identity in the covariance.'),
  }),
  create({ features, shrinkage, ...options }, { engine, random, width, plan }) {
    const model = new Model(engine, { ...options, width }, random.stream('classifier'));
    const hidden = features === 'hidden';
    const featureWidth = hidden ? (options.hidden.at(-1) ?? width) : width;
    const statistics = new ClassStatistics(engine, featureWidth);
    const phi = (x: Float32Array, count: number): Promise<Float32Array> =>
      hidden ? model.features(x, count) : Promise.resolve(x);
    let solved: TensorMap | undefined;
    const weights = (): TensorMap => (solved ??= statistics.discriminant(shrinkage));
    let firstTask = false;

    const takeIn = async (samples: Samples, rows: Uint32Array): Promise<void> => {
      const x = new Float32Array(rows.length * samples.width);
      samples.copyRows(rows, x);
      const labels = Int32Array.from(rows, (row) => samples.label(row));
      await statistics.add(await phi(x, rows.length), labels);
      solved = undefined;
    };

    return {
      state: hidden ? { statistics, model } : { statistics },
      model: {
        async predict(x, count) {
          // While the first task is learnt by gradient, the classifier that learns it answers.
          if (statistics.classes.length === 0) return model.predict(x, count);
          const logits = statistics.logits(weights(), await phi(x, count), count);
          return { labels: topClasses(logits, statistics.classes, count), logits };
        },
        trainedFunction: () => trained(weights(), statistics.classes, hidden ? model : undefined, width),
      },
      // A step takes the next rows, in order, once. With hidden features the first experience is learnt by gradient, and then counted.
      ...(!hidden && { schedule: (samples: Samples) => inOrder(samples, plan.batchSize) }),
      savesWithinExperience: !hidden,
      before({ index, newClasses }: Experience, iterations: number) {
        firstTask = hidden && index === 1;
        if (firstTask) model.addClasses(newClasses, iterations);
      },
      async step({ samples, rows }) {
        if (firstTask) return { new: meanOf((await model.step(realBatch(samples, rows, model.classes))).rowLosses) };
        if (!hidden) await takeIn(samples, rows);
        return {};
      },

      async *after({ train }) {
        if (!hidden) return;
        const { iterations, batches } = inOrder(train, plan.batchSize);
        for (let i = 0; i < iterations; i++) {
          const next = batches.next();
          if (next.done !== true) await takeIn(train, next.value.rows);
        }
      },
      footprint: () => ({ memoryBytes: statistics.bytes(), statisticsBytes: statistics.bytes(), storedSamples: 0 }),
      dispose() {
        statistics.dispose();
        model.dispose();
      },
    };
  },
});

/** All rows once, in their order. */
function inOrder({ size }: Samples, batchSize: number): Schedule {
  const iterations = Math.ceil(size / batchSize);
  const batches = Array.from({ length: iterations }, (_, i) => ({
    rows: Uint32Array.from({ length: Math.min(batchSize, size - i * batchSize) }, (_row, j) => i * batchSize + j),
    epoch: 1,
    endsEpoch: i === iterations - 1,
  }));
  return { iterations, batches: batches[Symbol.iterator]() };
}

function trained(
  weights: TensorMap,
  classes: readonly number[],
  model: Model | undefined,
  width: number,
): TrainedFunction {
  const inner = model?.featureFunction();
  const shapeOf = (name: string): readonly number[] => weights[name]?.shape ?? [];
  return {
    name: 'classifier',
    summary: 'Tells which of all classes met so far a sample is of, by linear discriminant analysis.',
    inputs: { x: 'Samples, one a row, their values in the order and range of the data set that was learnt.' },
    outputs: {
      logits: 'A column for each class; the largest one is the prediction.',
      probabilities: 'Softmax of the logits.',
    },
    classes,
    parameters: { ...inner?.parameters, ...weights },
    graph: (rows) => {
      const x = feed('x', [rows, width]);
      const product = matMul(inner?.graph(x) ?? x, variable('slda/weights', shapeOf('slda/weights')));
      const logits = add(product, variable('slda/bias', shapeOf('slda/bias')));
      return { logits, probabilities: softmax(logits) };
    },
  };
}

/** Means of classes and the scatter within them, in double precision but for the products of a batch. */
export class ClassStatistics implements Stateful {
  #classes: number[] = [];
  #counts: number[] = [];
  #means: Float64Array[] = [];
  #scatter: Float64Array;
  readonly #programs = new AsyncCache<number, Program>();

  /** @param width values per feature row */
  constructor(
    private readonly engine: Engine,
    private readonly width: number,
  ) {
    this.#scatter = new Float64Array(width * width);
  }

  /** In the order they were met. */
  get classes(): readonly number[] {
    return this.#classes;
  }

  /** Merges a batch: rows of features and the class of each. */
  async add(features: Float32Array, labels: Int32Array): Promise<void> {
    const { width } = this;
    const centred = new Float32Array(features.length);
    for (const label of new Set(labels)) {
      const rows = [...labels.keys()].filter((row) => labels[row] === label);
      const mean = new Float64Array(width);
      for (const row of rows)
        for (let j = 0; j < width; j++) mean[j] = (mean[j] ?? 0) + (features[row * width + j] ?? 0) / rows.length;
      for (const row of rows) {
        for (let j = 0; j < width; j++) centred[row * width + j] = (features[row * width + j] ?? 0) - (mean[j] ?? 0);
      }
      this.#merge(label, mean, rows.length);
    }
    const products = await this.#products(centred, labels.length);
    for (let i = 0; i < products.length; i++) this.#scatter[i] = (this.#scatter[i] ?? 0) + (products[i] ?? 0);
  }

  /** W transposed, [width, classes], and b, as float32. @param shrinkage ε in (0, 1] */
  discriminant(shrinkage: number): TensorMap {
    const { width } = this;
    const total = this.#counts.reduce((sum, count) => sum + count, 0);
    if (total === 0)
      throw new ReverieError('learner-failed', 'there is no class yet: let the learner learn a task first');
    const covariance = this.#scatter.map((value) => ((1 - shrinkage) * value) / total);
    for (let i = 0; i < width; i++) covariance[i * width + i] = (covariance[i * width + i] ?? 0) + shrinkage;
    const factor = cholesky(covariance, width);
    const weights = new Float32Array(width * this.#classes.length);
    const bias = new Float32Array(this.#classes.length);
    this.#means.forEach((mean, c) => {
      const solution = solve(factor, mean, width);
      let product = 0;
      for (let j = 0; j < width; j++) {
        weights[j * this.#classes.length + c] = solution[j] ?? 0;
        product += (solution[j] ?? 0) * (mean[j] ?? 0);
      }
      bias[c] = -product / 2;
    });
    return {
      'slda/weights': { shape: [width, this.#classes.length], data: weights },
      'slda/bias': { shape: [this.#classes.length], data: bias },
    };
  }

  logits(
    { 'slda/weights': weights, 'slda/bias': bias }: TensorMap,
    features: Float32Array,
    count: number,
  ): Float32Array {
    const columns = this.#classes.length;
    const out = new Float32Array(count * columns);
    for (let row = 0; row < count; row++) {
      const sums = Float64Array.from(bias?.data ?? []);
      for (let j = 0; j < this.width; j++) {
        const x = features[row * this.width + j] ?? 0;
        if (x === 0) continue;
        for (let c = 0; c < columns; c++) sums[c] = (sums[c] ?? 0) + x * (weights?.data[j * columns + c] ?? 0);
      }
      out.set(sums, row * columns);
    }
    return out;
  }

  bytes(): number {
    return 8 * (this.#scatter.length + this.#classes.length * this.width);
  }

  /** Doubles as sums of three float32, which is exact: 24 + 24 + 5 bits. */
  save(): Snapshot {
    const tensors = {
      ...split('scatter', this.#scatter),
      ...split('means', Float64Array.from(this.#means.flatMap((mean) => [...mean]))),
    };
    return { json: { classes: [...this.#classes], counts: [...this.#counts] }, tensors };
  }

  restore({ json, tensors }: Snapshot): void {
    const classes = savedClasses(json, 'the saved state of SLDA');
    const counts = (json as { readonly counts?: unknown }).counts;
    const means = whole('means', tensors);
    const scatter = whole('scatter', tensors);
    const fits =
      Array.isArray(counts) && counts.length === classes.length && counts.every((n) => typeof n === 'number');
    if (!fits || means.length !== classes.length * this.width || scatter.length !== this.#scatter.length) {
      throw new ReverieError(
        'bad-checkpoint',
        'the saved means and covariance of SLDA do not go together; the checkpoint is not usable',
      );
    }
    this.#classes = [...classes];
    this.#counts = [...(counts as readonly number[])];
    this.#means = classes.map((_, c) => means.slice(c * this.width, (c + 1) * this.width));
    this.#scatter = scatter;
  }

  dispose(): void {
    this.#programs.clear((program) => {
      program.dispose();
    });
  }

  /** μ ← μ + m/(n + m)·(μ′ − μ), S ← S + n·m/(n + m)·(μ′ − μ)(μ′ − μ)ᵀ, for m samples with mean μ′. */
  #merge(label: number, mean: Float64Array, count: number): void {
    const at = this.#classes.indexOf(label);
    const before = this.#counts[at];
    const known = this.#means[at];
    if (before === undefined || known === undefined) {
      this.#classes.push(label);
      this.#counts.push(count);
      this.#means.push(mean);
      return;
    }
    const difference = mean.map((value, j) => value - (known[j] ?? 0));
    const scale = (before * count) / (before + count);
    for (let i = 0; i < this.width; i++) {
      const row = scale * (difference[i] ?? 0);
      if (row === 0) continue;
      const from = i * this.width;
      for (let j = 0; j < this.width; j++)
        this.#scatter[from + j] = (this.#scatter[from + j] ?? 0) + row * (difference[j] ?? 0);
    }
    for (let j = 0; j < this.width; j++) known[j] = (known[j] ?? 0) + (count / (before + count)) * (difference[j] ?? 0);
    this.#counts[at] = before + count;
  }

  /** XᵀX of `count` rows. */
  async #products(rows: Float32Array, count: number): Promise<Float32Array> {
    const program = await this.#programs.get(count, () => {
      const x = feed('x', [count, this.width]);
      return this.engine.compile({ fetches: { products: matMul(x, x, { transposeA: true }) } });
    });
    const { products = new Float32Array() } = await program.run({ x: rows });
    return products;
  }
}

function split(name: string, values: Float64Array): Record<string, Tensor> {
  const parts = [0, 1, 2].map(() => new Float32Array(values.length));
  values.forEach((value, i) => {
    let rest = value;
    for (const part of parts) {
      part[i] = rest;
      rest -= part[i] ?? 0;
    }
  });
  return Object.fromEntries(parts.map((data, k) => [`${name}/${k}`, { shape: [values.length], data }]));
}

function whole(name: string, tensors: TensorMap): Float64Array {
  const [high, middle, low] = [0, 1, 2].map((k) => tensors[`${name}/${k}`]?.data ?? new Float32Array());
  return Float64Array.from(high ?? [], (value, i) => value + ((middle?.[i] ?? 0) + (low?.[i] ?? 0)));
}

/** L of A = L·Lᵀ, row-major, for a symmetric positive definite A. */
function cholesky(matrix: Float64Array, n: number): Float64Array {
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (factor[i * n + k] ?? 0) * (factor[j * n + k] ?? 0);
      if (i === j && !(sum > 0)) {
        throw new ReverieError('diverged', 'the covariance of SLDA is not positive definite; give it more shrinkage');
      }
      factor[i * n + j] = i === j ? Math.sqrt(sum) : sum / (factor[j * n + j] ?? 1);
    }
  }
  return factor;
}

/** x of L·Lᵀ·x = b. */
function solve(factor: Float64Array, b: Float64Array, n: number): Float64Array {
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] = (x[i] ?? 0) - (factor[i * n + k] ?? 0) * (x[k] ?? 0);
    x[i] = (x[i] ?? 0) / (factor[i * n + i] ?? 1);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] = (x[i] ?? 0) - (factor[k * n + i] ?? 0) * (x[k] ?? 0);
    x[i] = (x[i] ?? 0) / (factor[i * n + i] ?? 1);
  }
  return x;
}
