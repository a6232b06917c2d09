import type { GraphNode, Leaf, Pair, Sides } from '../../../src/engine/graph/node.js';
import type { Shape } from '../../../src/core/tensor.js';
import * as g from '../../../src/engine/graph/ops.js';
import type { FixtureCase } from './fixtures.js';

export type Op = Exclude<GraphNode, Leaf>['op'];
type Build = (inputs: Readonly<Record<string, GraphNode>>, attributes: FixtureCase['attributes']) => GraphNode;

/** What the cases of ops.json give, each only where its op has it. */
interface Attributes {
  readonly min: number;
  readonly max: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly axes: readonly number[];
  readonly axis: number;
  readonly shape: Shape;
  readonly permutation: readonly number[];
  readonly begin: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly value: number;
  readonly size: Pair;
  readonly strides: Pair;
  readonly padding: Sides;
  readonly dilations: Pair;
  readonly outputPadding: Pair;
}

/** How the case of an op is built. One for every op there is: with one more or less, this does not compile. */
export const opBuilders: Readonly<Record<Op, Build>> = {
  neg: one(g.neg),
  exp: one(g.exp),
  log: one(g.log),
  sqrt: one(g.sqrt),
  square: one(g.square),
  abs: one(g.abs),
  relu: one(g.relu),
  sigmoid: one(g.sigmoid),
  tanh: one(g.tanh),
  softplus: one(g.softplus),
  add: two(g.add),
  sub: two(g.sub),
  mul: two(g.mul),
  div: two(g.div),
  maximum: two(g.maximum),
  minimum: two(g.minimum),
  greater: two(g.greater),
  equal: two(g.equal),
  reluGrad: two(g.reluGrad),
  sigmoidCrossEntropy: two(g.sigmoidCrossEntropy),
  clip: one((x, { min, max }) => g.clip(x, min, max)),
  where: (inputs) => g.where(given(inputs, 'mask'), given(inputs, 'a'), given(inputs, 'b')),
  matMul: two((a, b, { transposeA, transposeB }) => g.matMul(a, b, { transposeA, transposeB })),
  sum: one((x, { axes }) => g.sum(x, axes)),
  max: one((x, { axes }) => g.max(x, axes)),
  min: one((x, { axes }) => g.min(x, axes)),
  softmax: one(g.softmax),
  logSoftmax: one(g.logSoftmax),
  reshape: one((x, { shape }) => g.reshape(x, shape)),
  broadcastTo: one((x, { shape }) => g.broadcastTo(x, shape)),
  transpose: one((x, { permutation }) => g.transpose(x, permutation)),
  concat: (inputs, attributes) => g.concat(Object.values(inputs), of(attributes).axis),
  slice: one((x, { begin, shape }) => g.slice(x, begin, shape)),
  pad: one((x, { before, after, value }) => g.pad(x, before, after, value)),
  conv2d: (inputs, attributes) => g.conv2d(given(inputs, 'x'), given(inputs, 'kernel'), of(attributes)),
  convTranspose2d: (inputs, attributes) =>
    g.convTranspose2d(given(inputs, 'x'), given(inputs, 'kernel'), of(attributes)),
  conv2dKernelGrad: (inputs, attributes) =>
    g.conv2dKernelGrad(given(inputs, 'x'), given(inputs, 'dy'), of(attributes).size, of(attributes)),
  maxPool2d: one(g.maxPool2d),
  averagePool2d: one(g.averagePool2d),
};

function one(build: (x: GraphNode, attributes: Attributes) => GraphNode): Build {
  return (inputs, attributes) => build(given(inputs, 'x'), of(attributes));
}

function two(build: (a: GraphNode, b: GraphNode, attributes: Attributes) => GraphNode): Build {
  return (inputs, attributes) => build(given(inputs, 'a'), given(inputs, 'b'), of(attributes));
}

function given(inputs: Readonly<Record<string, GraphNode>>, name: string): GraphNode {
  const node = inputs[name];
  if (node === undefined) throw new Error(`the case has no input "${name}"`);
  return node;
}

function of(attributes: FixtureCase['attributes']): Attributes {
  return attributes as unknown as Attributes;
}
