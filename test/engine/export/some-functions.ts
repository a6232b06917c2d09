import { randomStream } from '../../../src/core/random.js';
import { sizeOf, type Tensor } from '../../../src/core/tensor.js';
import type { TrainedFunction } from '../../../src/core/trained-function.js';
import type { Engine } from '../../../src/engine/engine.js';
import type { GraphNode } from '../../../src/engine/graph/node.js';
import * as g from '../../../src/engine/graph/ops.js';
import { initial } from '../../../src/engine/networks/initial.js';
import { forward, type Network } from '../../../src/engine/networks/network.js';

const silu = { kind: 'activation', activation: 'silu' } as const;

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

/** Networks of every kind of layer that is more than one op, each with a tap. */
export const networks: Readonly<Record<string, Network>> = {
  'residual rows with group norm': {
    name: 'net',
    input: [4],
    layers: [
      { kind: 'residual', layers: [{ kind: 'dense', units: 4 }, { kind: 'groupNorm', groups: 2 }, silu] },
      { kind: 'tap', name: 'features' },
      { kind: 'dense', units: 3 },
    ],
  },
  'residual images with a shortcut, batch norm and group norm': {
    name: 'net',
    input: [2, 4, 4],
    layers: [
      { kind: 'conv2d', channels: 4, size: 3, padding: 1 },
      { kind: 'batchNorm' },
      silu,
      {
        kind: 'residual',
        layers: [
          { kind: 'conv2d', channels: 6, size: 3, stride: 2, padding: 1 },
          { kind: 'groupNorm', groups: 3 },
          silu,
          { kind: 'conv2d', channels: 6, size: 3, padding: 1 },
        ],
        shortcut: [{ kind: 'conv2d', channels: 6, size: 1, stride: 2 }],
      },
      { kind: 'averagePool2d', size: 2 },
      { kind: 'flatten' },
      { kind: 'tap', name: 'features' },
      { kind: 'dense', units: 3 },
    ],
  },
};

/** A network with drawn parameters as a function; gives y, and what passes its taps under their names. */
export function functionOfNetwork(network: Network): TrainedFunction {
  const { trainable, statistics } = initial(network, randomStream(2));
  const graph = (rows: number): Record<string, GraphNode> => {
    const { output, taps } = forward(network, g.feed('x', [rows, ...network.input]), 'inference');
    return { y: output, ...taps };
  };
  return {
    name: 'some',
    summary: 'Some network.',
    inputs: { x: 'Any rows.' },
    outputs: Object.fromEntries(Object.keys(graph(1)).map((name) => [name, 'What comes out.'])),
    parameters: { ...trainable, ...statistics },
    graph,
  };
}

/** What the graph itself gives on an engine as y. */
export async function computed(engine: Engine, trained: TrainedFunction, x: Tensor): Promise<Float32Array | undefined> {
  return (await outputsOn(engine, trained, x))['y'];
}

/** All that the graph itself gives on an engine. */
export async function outputsOn(
  engine: Engine,
  trained: TrainedFunction,
  x: Tensor,
): Promise<Record<string, Float32Array>> {
  const program = await engine.compile({
    fetches: trained.graph(x.shape[0] ?? 0) as Readonly<Record<string, GraphNode>>,
  });
  const variables = engine.variables(trained.parameters);
  const outputs = await program.run({ x: x.data }, variables);
  program.dispose();
  variables.dispose();
  return outputs;
}

function bias(): GraphNode {
  return g.constant(Float32Array.of(0.5, -1, 2), [3]);
}
