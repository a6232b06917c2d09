import type { GraphNode } from '../graph/node.js';

/** An operation of a TensorFlow graph; attributes as in the JSON form of a GraphDef. */
export interface TensorFlowOp {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly attr?: Readonly<Record<string, object>>;
}

/**
 * How an op of ours is said in TensorFlow.
 *
 * @param from names of what its inputs became
 * @param integers makes a constant of integers and gives its name
 */
type Lowering<Node = GraphNode> = (
  node: Node,
  from: readonly string[],
  integers: (values: readonly number[]) => string,
) => TensorFlowOp;

const same =
  (op: string): Lowering =>
  (_, inputs) => ({ op, inputs });

/** Checked against the ops that there are: each sees the node that it is for. */
const byOp: { readonly [Op in GraphNode['op']]?: Lowering<Extract<GraphNode, { readonly op: Op }>> } = {
  neg: same('Neg'),
  exp: same('Exp'),
  log: same('Log'),
  sqrt: same('Sqrt'),
  square: same('Square'),
  relu: same('Relu'),
  sigmoid: same('Sigmoid'),
  tanh: same('Tanh'),
  add: same('AddV2'),
  sub: same('Sub'),
  mul: same('Mul'),
  div: same('RealDiv'),
  matMul: ({ transposeA, transposeB }, inputs) => ({
    op: 'MatMul',
    inputs,
    attr: { transpose_a: { b: transposeA }, transpose_b: { b: transposeB } },
  }),
  sum: ({ axes }, inputs, integers) => ({
    op: 'Sum',
    inputs: [...inputs, integers(axes)],
    attr: { keep_dims: { b: false }, Tidx: { type: 'DT_INT32' } },
  }),
  softmax: same('Softmax'),
  logSoftmax: same('LogSoftmax'),
  reshape: ({ shape }, inputs, integers) => ({ op: 'Reshape', inputs: [...inputs, integers(shape)] }),
  broadcastTo: ({ shape }, inputs, integers) => ({ op: 'BroadcastTo', inputs: [...inputs, integers(shape)] }),
};

/** The ops that a TensorFlow.js model can have; training has some more, which no trained function needs. */
export const lowerings: Readonly<Record<string, Lowering | undefined>> = byOp as Readonly<Record<string, Lowering>>;
