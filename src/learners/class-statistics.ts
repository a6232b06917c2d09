import { AsyncCache } from '../core/async-cache.js';
import { ReverieError } from '../core/errors.js';
import { savedClasses } from '../core/saved-classes.js';
import type { Snapshot } from '../core/snapshot.js';
import type { Engine, Program } from '../engine/engine.js';
import { feed, matMul } from '../engine/graph/ops.js';
import type { Stateful } from './define-learner.js';
import { joinedDoubles, splitDoubles } from './double-tensors.js';
import { linearLogits, type LinearClassifier } from './linear-classifier.js';
import { factorise, packed, solved } from './packed-matrix.js';

/** Of features: the scatter of so many takes 1 GiB in double precision. */
const maxWidth = 11_585;

/** Bias of a class without samples: it is nobody's answer. */
const noSamples = -1e9;

/** Means of classes and the scatter within them, in double precision but for the products of a batch. */
export class ClassStatistics implements Stateful {
  #classes: number[] = [];
  #counts: number[] = [];
  #means: Float64Array[] = [];
  #scatter: Float64Array;
  /** What {@link discriminant} gave last, while it holds. */
  #solved: { readonly shrinkage: number; readonly classifier: Required<LinearClassifier> } | undefined;
  readonly #programs = new AsyncCache<number, Program>();

  /**
   * @param width values per feature row
   * @throws ReverieError `bad-usage` where the scatter would take more than 1 GiB
   */
  constructor(
    private readonly engine: Engine,
    private readonly width: number,
  ) {
    if (width > maxWidth) {
      throw new ReverieError(
        'bad-usage',
        `features of ${width} values have a scatter of ${width} × ${width}; expected at most ${maxWidth} values; take ` +
          'features of a hidden layer that is narrower',
      );
    }
    this.#scatter = new Float64Array(width * width);
  }

  /** In the order they were met. */
  get classes(): readonly number[] {
    return this.#classes;
  }

  /** Whether no sample has come yet. */
  get isEmpty(): boolean {
    return this.#counts.every((count) => count === 0);
  }

  /** Gives classes their columns, in this order, before samples of them come. */
  meet(classes: readonly number[]): void {
    for (const label of classes.filter((one) => !this.#classes.includes(one)))
      this.#merge(label, new Float64Array(this.width), 0);
    this.#solved = undefined;
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
    this.#solved = undefined;
  }

  /**
   * W transposed, [width, classes], and b, as float32; solved in double precision, again only where samples came.
   *
   * @param shrinkage ε in (0, 1]
   * @throws ReverieError `learner-failed` where there is no class yet, `diverged` where the covariance cannot be inverted
   */
  discriminant(shrinkage: number): Required<LinearClassifier> {
    if (this.#solved?.shrinkage !== shrinkage) this.#solved = { shrinkage, classifier: this.#solve(shrinkage) };
    return this.#solved.classifier;
  }

  #solve(shrinkage: number): Required<LinearClassifier> {
    const { width } = this;
    const total = this.#counts.reduce((sum, count) => sum + count, 0);
    if (total === 0)
      throw new ReverieError('learner-failed', 'there is no class yet: let the learner learn a task first');
    const covariance = this.#scatter.map((value) => ((1 - shrinkage) * value) / total);
    for (let i = 0; i < width; i++) covariance[i * width + i] = (covariance[i * width + i] ?? 0) + shrinkage;
    const factor = packed(covariance, width);
    if (!factorise(factor, width)) {
      throw new ReverieError('diverged', 'the covariance of SLDA is not positive definite; give it more shrinkage');
    }
    const weights = new Float32Array(width * this.#classes.length);
    const bias = new Float32Array(this.#classes.length);
    this.#means.forEach((mean, c) => {
      const solution = solved(factor, mean);
      let product = 0;
      for (let j = 0; j < width; j++) {
        weights[j * this.#classes.length + c] = solution[j] ?? 0;
        product += (solution[j] ?? 0) * (mean[j] ?? 0);
      }
      bias[c] = this.#counts[c] === 0 ? noSamples : -product / 2;
    });
    return {
      weights: { shape: [width, this.#classes.length], data: weights },
      bias: { shape: [this.#classes.length], data: bias },
    };
  }

  /** `count` rows of logits over {@link classes}. */
  logits(shrinkage: number, features: Float32Array, count: number): Float32Array {
    return linearLogits(this.discriminant(shrinkage), features, count);
  }

  bytes(): number {
    return 8 * (this.#scatter.length + this.#classes.length * this.width);
  }

  save(): Snapshot {
    const tensors = {
      ...splitDoubles('scatter', this.#scatter),
      ...splitDoubles('means', Float64Array.from(this.#means.flatMap((mean) => [...mean]))),
    };
    return { json: { classes: [...this.#classes], counts: [...this.#counts] }, tensors };
  }

  restore({ json, tensors }: Snapshot): void {
    const classes = savedClasses(json, 'the saved state of SLDA');
    const counts = (json as { readonly counts?: unknown }).counts;
    const means = joinedDoubles('means', tensors);
    const scatter = joinedDoubles('scatter', tensors);
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
    this.#solved = undefined;
  }

  dispose(): void {
    void this.#programs.clear((program) => {
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
