import type { Predictions } from '../core/learner.js';
import { topClasses } from '../core/teacher.js';
import type { TrainedFunction } from '../core/trained-function.js';
import { constant, div, feed, matMul, maximum, softmax, sqrt, square, sum, variable } from '../engine/graph/ops.js';
import type { AnsweringModel } from './define-learner.js';
import { meanRow, normalisedRows } from './herding.js';
import type { Model } from './model.js';
import { exemplarsOf, type Exemplar } from './stored-samples.js';

/** Keeps the division defined for features that are all 0. */
const shortest = 1e-12;

/**
 * The answer of iCaRL (Rebuffi et al. 2017, algorithm 1): the class whose mean is nearest to the features of the sample,
 *
 *     y = argmin_y ‖φ(x) − μ_y‖,   μ_y the mean over the class's exemplars,   φ and μ divided by their lengths.
 *
 * With lengths of 1 that is the largest of φ(x)·μ_y, which are given as logits. Means are of the network as it is now.
 * Until each class met has exemplars, within a task of new classes, the network's own outputs answer.
 */
export class NearestMeans implements AnsweringModel {
  #means: Promise<Float32Array> | undefined;

  constructor(
    private readonly model: Model,
    private readonly exemplars: () => readonly Exemplar[],
    private readonly width: number,
  ) {}

  /** The network or the exemplars have changed. */
  forget(): void {
    this.#means = undefined;
  }

  async predict(x: Float32Array, count: number): Promise<Predictions> {
    const { classes } = this.model;
    if (!this.#complete()) return this.model.predict(x, count);
    const means = await this.#current();
    const features = normalisedRows(await this.model.features(x, count), count);
    const n = features.length / count;
    const logits = new Float32Array(count * classes.length);
    logits.forEach((_, i) => {
      const [row, column] = [Math.floor(i / classes.length), i % classes.length];
      let product = 0;
      for (let k = 0; k < n; k++) product += (features[row * n + k] ?? 0) * (means[column * n + k] ?? 0);
      logits[i] = product;
    });
    return { labels: topClasses(logits, classes, count), logits };
  }

  async trainedFunction(): Promise<TrainedFunction> {
    if (!this.#complete()) return this.model.trainedFunction();
    const { classes } = this.model;
    const means = await this.#current();
    const inner = this.model.featureFunction();
    const shape = [classes.length, means.length / classes.length];
    return {
      name: 'classifier',
      summary: 'Tells which of all classes met so far a sample is of, by the nearest mean of features.',
      inputs: { x: 'Samples, one a row, their values as the learner saw them.' },
      sampleInputs: ['x'],
      outputs: {
        logits:
          'A column for each class: cosine of the features and the mean of the class; the largest one is the prediction.',
        probabilities: 'Softmax of the logits.',
      },
      classes,
      parameters: { ...inner.parameters, 'icarl/means': { shape, data: means.slice() } },
      graph: (rows) => {
        const features = inner.graph(feed('x', [rows, this.width]));
        const length = maximum(sqrt(sum(square(features), [1], { keepDims: true })), constant(shortest));
        const logits = matMul(div(features, length), variable('icarl/means', shape), { transposeB: true });
        return { logits, probabilities: softmax(logits) };
      },
    };
  }

  #complete(): boolean {
    const known = new Set(this.exemplars().map(({ label }) => label));
    return known.size > 0 && this.model.classes.every((label) => known.has(label));
  }

  #current(): Promise<Float32Array> {
    this.#means ??= this.#meansNow();
    return this.#means;
  }

  /** A row for each class, of length 1. */
  async #meansNow(): Promise<Float32Array> {
    const { classes } = this.model;
    const rows: number[] = [];
    for (const label of classes) {
      const own = this.exemplars().filter((one) => one.label === label);
      const { features, count } = exemplarsOf(own, this.width);
      rows.push(...meanRow(normalisedRows(await this.model.features(features, count), count), count));
    }
    return normalisedRows(Float32Array.from(rows), classes.length);
  }
}
