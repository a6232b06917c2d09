import type { GraphNode } from '../graph/node.js';
import { tensorFlowNames } from '../tensorflow-names.js';
import type { TensorFlowBuilder } from './tensorflow-builder.js';
import { averagePool2d, conv2d, convTranspose2d, maxPool2d } from './tensorflow-spatial.js';

/**
 * Adds what computes a node of ours to a TensorFlow graph, and gives the name of the result.
 *
 * @param from names of what the node's inputs became
 */
type Lowering<Node = GraphNode> = (node: Node, from: readonly string[], tf: TensorFlowBuilder) => string;

const same =
  (op: string): Lowering =>
  (_, from, tf) =>
    tf.emit(op, from);

const compare =
  (op: string): Lowering =>
  (_, from, tf) =>
    tf.emit('Cast', [tf.emit(op, from)], { SrcT: { type: 'DT_BOOL' }, DstT: { type: 'DT_FLOAT' } });

const reduce =
  (op: string): Lowering<Extract<GraphNode, { readonly op: 'sum' | 'max' | 'min' }>> =>
  ({ axes }, from, tf) =>
    tf.emit(op, [...from, tf.integers(axes)], { keep_dims: { b: false }, Tidx: { type: 'DT_INT32' } });

/** Checked against the ops that there are: each sees the node that it is for. */
const byOp: { readonly [Op in GraphNode['op']]?: Lowering<Extract<GraphNode, { readonly op: Op }>> } = {
  ...Object.fromEntries(Object.entries(tensorFlowNames).map(([op, name]) => [op, same(name)])),
  greater: compare('Greater'),
  equal: compare('Equal'),
  clip: ({ min, max }, from, tf) => tf.emit('ClipByValue', [...from, tf.scalar(min), tf.scalar(max)]),
  where: (_, [mask = '', ...values], tf) => tf.emit('SelectV2', [tf.emit('NotEqual', [mask, tf.scalar(0)]), ...values]),
  matMul: ({ transposeA, transposeB }, from, tf) =>
    tf.emit('MatMul', from, { transpose_a: { b: transposeA }, transpose_b: { b: transposeB } }),
  sum: reduce('Sum'),
  max: reduce('Max'),
  min: reduce('Min'),
  reshape: ({ shape }, from, tf) => tf.emit('Reshape', [...from, tf.integers(shape)]),
  broadcastTo: ({ shape }, from, tf) => tf.emit('BroadcastTo', [...from, tf.integers(shape)]),
  transpose: ({ permutation }, from, tf) => tf.emit('Transpose', [...from, tf.integers(permutation)]),
  concat: ({ axis }, from, tf) =>
    tf.emit('ConcatV2', [...from, tf.constant(Int32Array.of(axis), [])], { N: { i: String(from.length) } }),
  // A size of −1 is all that is left, and a free axis is only ever taken whole.
  slice: ({ begin, shape }, from, tf) => tf.emit('Slice', [...from, tf.integers(begin), tf.integers(shape)]),
  pad: ({ before, after, value }, from, tf) => {
    const sides = Int32Array.from(before.flatMap((count, axis) => [count, after[axis] ?? 0]));
    return tf.emit('PadV2', [...from, tf.constant(sides, [before.length, 2]), tf.scalar(value)]);
  },
  conv2d,
  convTranspose2d,
  maxPool2d,
  averagePool2d,
};

/** The ops that a TensorFlow.js model can have; training has some more, which no trained function needs. */
export const lowerings: Readonly<Record<string, Lowering | undefined>> = byOp as Readonly<Record<string, Lowering>>;
