import { randomStream } from '../../../src/core/random.js';
import { sizeOf, type Tensor } from '../../../src/core/tensor.js';
import type { TrainedFunction } from '../../../src/core/trained-function.js';
import type { Engine } from '../../../src/engine/engine.js';
import type { GraphNode } from '../../../src/engine/graph/node.js';
import * as g from '../../../src/engine/graph/ops.js';

/** N(0, 1) draws. */
export function someTensor(shape: readonly number[], seed: number): Tensor {
  const data = new Float32Array(sizeOf(shape));
  randomStream(seed).fillNormal(data);
  return { shape, data };
}

/** A function of rows of 4 values with a variable w [4, 3]; gives y. */
export function functionOf(graph: (x: GraphNode, w: GraphNode, rows: number) => GraphNode): TrainedFunction {
  return {
    name: 'some',
    summary: 'Some function.',
    inputs: { x: 'Any rows.' },
    outputs: { y: 'What comes out.' },
    classes: [3, 1],
    parameters: { w: someTensor([4, 3], 1) },
    graph: (rows) => ({ y: graph(g.feed('x', [rows, 4]), g.variable('w', [4, 3]), rows) }),
  };
}

/** Functions that use between them every op that a trained function can need. */
export const functions: Readonly<Record<string, TrainedFunction>> = {
  'a layer with relu and softmax': functionOf((x, w) => g.softmax(g.relu(g.matMul(x, w)))),
  'a bias, a product and a quotient': functionOf((x, w) =>
    g.div(g.mul(g.sub(g.add(g.matMul(x, w), bias()), g.constant(0.5)), bias()), g.constant(3)),
  ),
  'sigmoid, tanh, negation and exponential': functionOf((x, w) => g.exp(g.neg(g.tanh(g.sigmoid(g.matMul(x, w)))))),
  'logarithm, root and square': functionOf((x, w) => g.log(g.add(g.sqrt(g.square(g.matMul(x, w))), g.constant(1)))),
  'transposed operands': functionOf((x, w) =>
    g.matMul(g.matMul(x, w), g.constant(someTensor([4, 3], 6).data, [4, 3]), { transposeB: true }),
  ),
  'the logarithm of softmax': functionOf((x, w) => g.logSoftmax(g.matMul(x, w))),
  'a change of shape and a sum': functionOf((x, w, rows) =>
    g.sum(g.reshape(g.matMul(g.reshape(x, [rows * 4, 1]), g.reshape(g.sum(w, [1]), [1, 4])), [rows, 4, 4]), [2]),
  ),
  'its magnitudes, held between bounds': functionOf((x, w) =>
    g.clip(g.softplus(g.sub(g.abs(g.matMul(x, w)), g.constant(1))), 0.4, 1.5),
  ),
  'larger and smaller values': functionOf((x, w) =>
    g.concat([g.maximum(g.matMul(x, w), bias()), g.minimum(g.matMul(x, w), bias())], 1),
  ),
  'a choice, and comparisons': functionOf((x, w) => {
    const [y, z] = [g.matMul(x, w), g.constant(0)];
    return g.add(g.where(g.greater(y, z), y, g.exp(y)), g.equal(g.relu(y), z));
  }),
  'the largest less the smallest': functionOf((x, w) => g.sub(g.max(g.matMul(x, w), [1]), g.min(x, [1]))),
  'a part of it, with a border, turned': functionOf((x, w, rows) => {
    const part = g.slice(g.concat([x, g.matMul(x, w)], 1), [0, 1], [rows, 4]);
    return g.transpose(g.pad(g.reshape(part, [rows, 2, 2]), [0, 1, 0], [0, 0, 2], 7), [0, 2, 1]);
  }),
  'a convolution with strides and borders': functionOf((x, w, rows) =>
    g.conv2d(g.reshape(g.concat([x, x, x], 1), [rows, 1, 3, 4]), g.reshape(w, [3, 1, 2, 2]), {
      strides: [2, 1],
      padding: { top: 1, bottom: 0, left: 2, right: 1 },
    }),
  ),
  'a convolution with dilations': functionOf((x, w, rows) =>
    g.conv2d(g.reshape(g.concat([x, x, x], 1), [rows, 1, 3, 4]), g.reshape(w, [3, 1, 2, 2]), { dilations: [1, 2] }),
  ),
  'a transposed convolution': functionOf((x, w, rows) =>
    g.convTranspose2d(g.reshape(x, [rows, 1, 2, 2]), g.reshape(w, [1, 3, 2, 2]), {
      strides: 2,
      padding: { top: 1, bottom: 0, left: 0, right: 0 },
      outputPadding: 1,
    }),
  ),
  'the largest value of windows': functionOf((x, w, rows) =>
    g.maxPool2d(g.reshape(g.concat([x, g.matMul(x, w)], 1), [rows, 1, 1, 7]), { size: [1, 3], strides: [1, 2] }),
  ),
  'the largest and the mean value of windows with borders': functionOf((x, w, rows) => {
    const image = g.reshape(g.matMul(g.matMul(x, w), g.constant(someTensor([3, 9], 8).data, [3, 9])), [rows, 1, 3, 3]);
    const windows = { size: 2, strides: 1, padding: 1 } as const;
    return g.add(g.maxPool2d(image, windows), g.averagePool2d(image, windows));
  }),
  'its input as it is': functionOf((x, w) => g.add(x, g.sum(w))),
};

/** What the graph itself gives on an engine. */
export async function computed(engine: Engine, trained: TrainedFunction, x: Tensor): Promise<Float32Array | undefined> {
  const program = await engine.compile({
    fetches: trained.graph(x.shape[0] ?? 0) as Readonly<Record<string, GraphNode>>,
  });
  const variables = engine.variables(trained.parameters);
  const { y } = await program.run({ x: x.data }, variables);
  program.dispose();
  variables.dispose();
  return y;
}

function bias(): GraphNode {
  return g.constant(Float32Array.of(0.5, -1, 2), [3]);
}
