import { ReverieError } from '../core/errors.js';
import { savedClasses } from '../core/saved-classes.js';
import type { Snapshot } from '../core/snapshot.js';
import type { Stateful } from './define-learner.js';
import { joinedDoubles, splitDoubles } from './double-tensors.js';
import type { LinearClassifier } from './linear-classifier.js';
import { addProducts, factorise, packedLength, solved } from './packed-matrix.js';

/** Bytes of G and Q for so many features and classes. */
export function ridgeBytes(width: number, classes: number): number {
  return 8 * (packedLength(width) + width * classes);
}

/**
 * Ridge regression of classes, as 0 and 1, on features: W = (G + λI)⁻¹Q, G = Σφφᵀ, Q = Σφyᵀ, in double precision. A class that is
 * new is a column of zeros: none of the samples before was of it. So W is that of all samples at once, whatever their order.
 */
export class RidgeStatistics implements Stateful {
  #classes: number[] = [];
  /** Of each class the sum of its features: a column of Q. */
  #sums: Float64Array[] = [];
  /** G, packed; empty until samples come. */
  #products: Float64Array = new Float64Array();
  /** What {@link classifier} gave last, while it holds. */
  #solved: { readonly ridge: number; readonly classifier: LinearClassifier } | undefined;

  /** @param width values per row of features, D */
  constructor(private readonly width: number) {}

  /** In the order they were met. */
  get classes(): readonly number[] {
    return this.#classes;
  }

  /** Gives classes their columns, in this order, before samples of them come. */
  meet(classes: readonly number[]): void {
    for (const label of classes) this.#sumsOf(label);
    this.#solved = undefined;
  }

  /** Adds a batch: rows of features and the class of each. D²/2 products a row. */
  add(features: Float32Array, labels: Int32Array): void {
    const { width } = this;
    const count = labels.length;
    if (this.#products.length === 0) this.#products = new Float64Array(packedLength(width));
    const columns = new Float64Array(features.length);
    labels.forEach((label, row) => {
      const sums = this.#sumsOf(label);
      for (let j = 0; j < width; j++) {
        const value = features[row * width + j] ?? 0;
        columns[j * count + row] = value;
        sums[j] = (sums[j] ?? 0) + value;
      }
    });
    addProducts(this.#products, columns, width, count);
    this.#solved = undefined;
  }

  /**
   * W, [D, classes], rounded to float32 when solved; solved again only where samples came. D³/6 products.
   *
   * @param ridge λ > 0
   * @throws ReverieError `learner-failed` where there is no sample yet, `diverged` where G + λI is singular to rounding
   */
  classifier(ridge: number): LinearClassifier {
    if (this.#solved?.ridge === ridge) return this.#solved.classifier;
    const classifier = this.trySolving(ridge);
    if (classifier === undefined) {
      throw new ReverieError(
        'diverged',
        `products of features with λ = ${ridge} on the diagonal are not positive definite; expected a λ that is no smaller ` +
          'than their rounding errors; give a larger ridge',
      );
    }
    this.#solved = { ridge, classifier };
    return classifier;
  }

  /** {@link classifier} anew, or undefined where G + λI is singular to rounding. */
  trySolving(ridge: number): LinearClassifier | undefined {
    const { width } = this;
    if (this.#products.length === 0)
      throw new ReverieError('learner-failed', 'there is no sample yet: let the learner learn a task first');
    const factor = Float64Array.from(this.#products);
    for (let i = 0; i < width; i++) {
      const diagonal = packedLength(i) + i;
      factor[diagonal] = (factor[diagonal] ?? 0) + ridge;
    }
    if (!factorise(factor, width)) return undefined;
    const columns = this.#classes.length;
    const weights = new Float32Array(width * columns);
    this.#sums.forEach((sums, c) => {
      solved(factor, sums).forEach((value, j) => (weights[j * columns + c] = value));
    });
    return { weights: { shape: [width, columns], data: weights } };
  }

  bytes(): number {
    return ridgeBytes(this.width, this.#classes.length);
  }

  save(): Snapshot {
    const sums = Float64Array.from(this.#sums.flatMap((column) => [...column]));
    const tensors = { ...splitDoubles('products', this.#products), ...splitDoubles('sums', sums) };
    return { json: { classes: [...this.#classes] }, tensors };
  }

  restore({ json, tensors }: Snapshot): void {
    const classes = savedClasses(json, 'the saved state of a ridge regression');
    const products = joinedDoubles('products', tensors);
    const sums = joinedDoubles('sums', tensors);
    if (![0, packedLength(this.width)].includes(products.length) || sums.length !== classes.length * this.width) {
      throw new ReverieError(
        'bad-checkpoint',
        `the saved products and sums of a ridge regression are not of ${this.width} features; the checkpoint is not usable`,
      );
    }
    this.#classes = [...classes];
    this.#sums = classes.map((_, c) => sums.slice(c * this.width, (c + 1) * this.width));
    this.#products = products;
    this.#solved = undefined;
  }

  #sumsOf(label: number): Float64Array {
    const at = this.#classes.indexOf(label);
    const known = this.#sums[at];
    if (known !== undefined) return known;
    const added = new Float64Array(this.width);
    this.#classes.push(label);
    this.#sums.push(added);
    return added;
  }
}
