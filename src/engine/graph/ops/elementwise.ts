import { ReverieError } from '../../../core/errors.js';
import type { Shape } from '../../../core/tensor.js';
import type { BinaryOp, GraphNode, UnaryOp } from '../node.js';
import { broadcastShape, sameShape, shapeError } from '../shapes.js';
import { constant } from './leaves.js';
import { reshape } from './layout.js';

export const neg = unary('neg');
export const exp = unary('exp');
/** Natural logarithm; −∞ at 0, NaN below. */
export const log = unary('log');
export const sqrt = unary('sqrt');
export const square = unary('square');
/** |x|; its derivative at 0 is taken as 0. */
export const abs = unary('abs');
/** max(x, 0). */
export const relu = unary('relu');
/** 1 / (1 + e⁻ˣ). */
export const sigmoid = unary('sigmoid');
export const tanh = unary('tanh');
/** log(1 + eˣ), without overflow. */
export const softplus = unary('softplus');

export const add = binary('add');
export const sub = binary('sub');
export const mul = binary('mul');
export const div = binary('div');
/** The larger of two; where they are equal, each gets half of the gradient. */
export const maximum = binary('maximum');
/** The smaller of two; where they are equal, each gets half of the gradient. */
export const minimum = binary('minimum');
/** 1 where a > b, else 0. Constant piece by piece: no gradient passes. */
export const greater = binary('greater');
/** 1 where a = b, else 0. Constant piece by piece: no gradient passes. */
export const equal = binary('equal');
/** g where y > 0, else 0: what {@link relu} passes back; y is its output. */
export const reluGrad = binary('reluGrad');
/** log(1 + eᶻ) − z·t, element by element: cross-entropy of targets t in [0, 1] under sigmoid(z), from logits z. */
export const sigmoidCrossEntropy = binary('sigmoidCrossEntropy');

/**
 * x limited to [min, max]; the gradient passes inside, borders included.
 *
 * @throws bad-usage unless min ≤ max
 */
export function clip(x: GraphNode, min: number, max: number): GraphNode {
  if (!(min <= max)) throw new ReverieError('bad-usage', `clip: min ${min} must not be above max ${max}`);
  return { op: 'clip', inputs: [x], min, max, shape: x.shape };
}

/** a where the mask is not 0, b where it is; all three broadcast. No gradient passes to the mask. */
export function where(mask: GraphNode, a: GraphNode, b: GraphNode): GraphNode {
  return { op: 'where', inputs: [mask, a, b], shape: broadcastShape('where', mask, a, b) };
}

/**
 * Rows with a single 1: labels [...] → [..., classes], 1 where the label is the column's index. A label that is not one
 * of 0 … classes − 1 gives a row of zeros. matMul(oneHot(labels, n), table) is an embedding of class labels.
 */
export function oneHot(labels: GraphNode, classes: number): GraphNode {
  if (classes < 1) throw shapeError('oneHot', [labels], `${classes} classes; there must be at least one`);
  const columns = constant(
    Float32Array.from({ length: classes }, (_, column) => column),
    [classes],
  );
  return equal(reshape(labels, [...labels.shape, 1]), columns);
}

function unary(op: UnaryOp): (x: GraphNode) => GraphNode {
  return (x) => ({ op, inputs: [x], shape: x.shape });
}

function binary(op: BinaryOp): (a: GraphNode, b: GraphNode) => GraphNode {
  return (a, b) => {
    const shape = broadcastShape(op, a, b);
    return { op, inputs: [unstretched(a, b, shape), unstretched(b, a, shape)], shape };
  };
}

/** `x` before a stretch that the other operand makes unnecessary: saves writing the stretched copy. */
function unstretched(x: GraphNode, other: GraphNode, shape: Shape): GraphNode {
  return x.op === 'broadcastTo' && sameShape(other.shape, shape) ? x.inputs[0] : x;
}
