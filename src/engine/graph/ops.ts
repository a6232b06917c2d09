import { ReverieError } from '../../core/errors.js';
import { formatShape, sizeOf, type Shape } from '../../core/tensor.js';
import type { BinaryOp, Constant, Feed, GraphNode, UnaryOp, Variable } from './node.js';
import { broadcastShape, sameShape, shapeError } from './shapes.js';

/** Data given at each run, under this name. */
export function feed(name: string, shape: Shape): Feed {
  return { op: 'feed', name, inputs: [], shape: checked(name, shape) };
}

/** State that lives in the engine's `Variables` under this name. */
export function variable(name: string, shape: Shape): Variable {
  return { op: 'variable', name, inputs: [], shape: checked(name, shape) };
}

/** A constant: a number, or values in row-major order with their shape. */
export function constant(value: number | Float32Array, shape: Shape = []): Constant {
  const data = typeof value === 'number' ? Float32Array.of(value) : value;
  if (data.length !== sizeOf(shape)) {
    throw new ReverieError('bad-shape', `constant: ${data.length} values do not fill shape ${formatShape(shape)}`);
  }
  return { op: 'constant', data, inputs: [], shape };
}

export const neg = unary('neg');
export const exp = unary('exp');
/** Natural logarithm; −∞ at 0, NaN below. */
export const log = unary('log');
export const sqrt = unary('sqrt');
export const square = unary('square');
/** max(x, 0). */
export const relu = unary('relu');
/** 1 / (1 + e⁻ˣ). */
export const sigmoid = unary('sigmoid');
export const tanh = unary('tanh');

export const add = binary('add');
export const sub = binary('sub');
export const mul = binary('mul');
export const div = binary('div');
/** g where y > 0, else 0: what {@link relu} passes back; y is its output. */
export const reluGrad = binary('reluGrad');
/** log(1 + eᶻ) − z·t, element by element: cross-entropy of targets t in [0, 1] under sigmoid(z), from logits z. */
export const sigmoidCrossEntropy = binary('sigmoidCrossEntropy');

/** a·b of two matrices, either of them transposed first if asked: [m, k]·[k, n] → [m, n]. */
export function matMul(
  a: GraphNode,
  b: GraphNode,
  { transposeA = false, transposeB = false }: { readonly transposeA?: boolean; readonly transposeB?: boolean } = {},
): GraphNode {
  const [rowsA, columnsA] = matrix('matMul', a, a, b);
  const [rowsB, columnsB] = matrix('matMul', b, a, b);
  const [m, inner] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
  const [innerB, n] = transposeB ? [columnsB, rowsB] : [rowsB, columnsB];
  if (inner !== innerB) {
    const transposed = [transposeA ? 'a' : '', transposeB ? 'b' : ''].filter((side) => side !== '').join(' and ');
    const note = transposed === '' ? '' : ` (with ${transposed} transposed)`;
    throw shapeError('matMul', [a, b], `inner extents ${inner} and ${innerB} differ${note}`);
  }
  return { op: 'matMul', inputs: [a, b], transposeA, transposeB, shape: [m, n] };
}

/** Sum over the given axes, which disappear; over all of them by default. */
export function sum(x: GraphNode, axes: readonly number[] = x.shape.map((_, axis) => axis)): GraphNode {
  if (axes.length === 0) return x;
  if (axes.some((axis) => axis < 0 || axis >= x.shape.length) || new Set(axes).size !== axes.length) {
    throw shapeError('sum', [x], `axes ${formatShape(axes)} are not distinct axes of it`);
  }
  return { op: 'sum', inputs: [x], axes, shape: x.shape.filter((_, axis) => !axes.includes(axis)) };
}

/** Mean over all values. */
export function mean(x: GraphNode): GraphNode {
  return mul(sum(x), constant(1 / sizeOf(x.shape)));
}

/** eˣ normalised along the last axis. */
export function softmax(x: GraphNode): GraphNode {
  return rowWise('softmax', x);
}

/** log(softmax(x)), without the detour over the exponential that loses small probabilities. */
export function logSoftmax(x: GraphNode): GraphNode {
  return rowWise('logSoftmax', x);
}

/** The same values in another shape of the same size. */
export function reshape(x: GraphNode, shape: Shape): GraphNode {
  if (sizeOf(shape) !== sizeOf(x.shape)) {
    throw shapeError('reshape', [x], `does not have the ${sizeOf(shape)} values of ${formatShape(shape)}`);
  }
  return sameShape(x.shape, shape) ? x : { op: 'reshape', inputs: [x], shape };
}

/** x stretched to a larger shape by NumPy's rule. */
export function broadcastTo(x: GraphNode, shape: Shape): GraphNode {
  if (sameShape(x.shape, shape)) return x;
  const target: GraphNode = { op: 'feed', name: 'target', inputs: [], shape };
  if (!sameShape(broadcastShape('broadcastTo', x, target), shape)) {
    throw shapeError('broadcastTo', [x], `cannot be stretched to ${formatShape(shape)}`);
  }
  return { op: 'broadcastTo', inputs: [x], shape };
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

function rowWise(op: 'softmax' | 'logSoftmax', x: GraphNode): GraphNode {
  if (x.shape.length === 0) throw shapeError(op, [x], 'needs at least one axis');
  return { op, inputs: [x], shape: x.shape };
}

function matrix(op: string, x: GraphNode, a: GraphNode, b: GraphNode): readonly [number, number] {
  const [rows, columns] = x.shape;
  if (x.shape.length !== 2 || rows === undefined || columns === undefined) {
    throw shapeError(op, [a, b], 'both operands must be matrices');
  }
  return [rows, columns];
}

function checked(name: string, shape: Shape): Shape {
  if (shape.some((extent) => !Number.isInteger(extent) || extent < 1)) {
    throw new ReverieError('bad-shape', `"${name}": shape ${formatShape(shape)} must be of positive integers`);
  }
  return shape;
}
