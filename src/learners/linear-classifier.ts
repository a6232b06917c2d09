import { rowRange, type Samples } from '../core/dataset.js';
import type { Tensor, TensorMap } from '../core/tensor.js';
import type { TrainedFunction } from '../core/trained-function.js';
import type { GraphNode } from '../engine/graph/node.js';
import { add, feed, matMul, softmax, variable } from '../engine/graph/ops.js';
import type { Schedule } from './define-learner.js';

/** logits = φ·W + b, as learners in closed form solve it. */
export interface LinearClassifier {
  /** W, [features, classes] */
  readonly weights: Tensor;
  /** b, [classes]; none unless given. */
  readonly bias?: Tensor;
}

/** `count` rows of logits of as many rows of features, summed in double precision. */
export function linearLogits({ weights, bias }: LinearClassifier, features: Float32Array, count: number): Float32Array {
  const [width = 0, columns = 0] = weights.shape;
  const out = new Float32Array(count * columns);
  for (let row = 0; row < count; row++) {
    const sums = Float64Array.from(bias?.data ?? new Float32Array(columns));
    for (let j = 0; j < width; j++) {
      const x = features[row * width + j] ?? 0;
      if (x === 0) continue;
      for (let c = 0; c < columns; c++) sums[c] = (sums[c] ?? 0) + x * (weights.data[j * columns + c] ?? 0);
    }
    out.set(sums, row * columns);
  }
  return out;
}

/** All rows once, in their order: the schedule of a learner that counts samples. */
export function inOrder({ size }: Samples, batchSize: number): Schedule {
  const iterations = Math.ceil(size / batchSize);
  const batches = Array.from({ length: iterations }, (_, i) => ({
    rows: rowRange(i * batchSize, Math.min((i + 1) * batchSize, size)),
    epoch: 1,
    endsEpoch: i === iterations - 1,
  }));
  return { iterations, batches: batches[Symbol.iterator]() };
}

/** What of a learner in closed form is told to those who export it. */
export interface LinearFunction extends LinearClassifier {
  /** Of the learner: its variables are named `<name>/weights` and `<name>/bias`. */
  readonly name: string;
  /** What it tells a class by, as in "by linear discriminant analysis". */
  readonly by: string;
  /** Values of a sample. */
  readonly width: number;
  readonly classes: readonly number[];
  /** φ; the samples themselves unless given. */
  readonly features?: { readonly parameters: TensorMap; readonly graph: (x: GraphNode) => GraphNode } | undefined;
}

/** A linear classifier of features, for use without reverie. */
export function linearFunction(learnt: LinearFunction): TrainedFunction {
  const { name, by, weights, bias, width, classes, features } = learnt;
  const [weightsName, biasName] = [`${name}/weights`, `${name}/bias`];
  return {
    name: 'classifier',
    summary: `Tells which of all classes met so far a sample is of, by ${by}.`,
    inputs: { x: 'Samples, one a row, their values as the learner saw them.' },
    sampleInputs: ['x'],
    outputs: {
      logits: 'A column for each class; the largest one is the prediction.',
      probabilities: 'Softmax of the logits.',
    },
    classes,
    parameters: { ...features?.parameters, [weightsName]: weights, ...(bias && { [biasName]: bias }) },
    graph: (rows) => {
      const x = feed('x', [rows, width]);
      const product = matMul(features?.graph(x) ?? x, variable(weightsName, weights.shape));
      const logits = bias === undefined ? product : add(product, variable(biasName, bias.shape));
      return { logits, probabilities: softmax(logits) };
    },
  };
}
