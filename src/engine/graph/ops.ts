import { ReverieError } from '../../core/errors.js';
import { formatShape, sizeOf, type Shape } from '../../core/tensor.js';
import {
  broadcastShape,
  sameShape,
  shapeError,
  type Constant,
  type Feed,
  type Variable,
  type BinaryOp,
  type GraphNode,
  type UnaryOp,
  type Reduction,
  type RowWise,
} from './node.js';

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

function checked(name: string, shape: Shape): Shape {
  if (shape.some((extent) => !Number.isInteger(extent) || extent < 1)) {
    throw new ReverieError('bad-shape', `"${name}": shape ${formatShape(shape)} must be of positive integers`);
  }
  return shape;
}

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

/** `x` before a stretch that the other operand makes unnecessary: saves writing the broadcast copy. */
function unstretched(x: GraphNode, other: GraphNode, shape: Shape): GraphNode {
  return x.op === 'broadcastTo' && sameShape(other.shape, shape) ? x.inputs[0] : x;
}

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

function matrix(op: string, x: GraphNode, a: GraphNode, b: GraphNode): readonly [number, number] {
  const [rows, columns] = x.shape;
  if (x.shape.length !== 2 || rows === undefined || columns === undefined) {
    throw shapeError(op, [a, b], 'both operands must be matrices');
  }
  return [rows, columns];
}

export interface ReductionOptions {
  /** Keep the reduced axes with extent 1, so that the result broadcasts against x. Default: they disappear. */
  readonly keepDims?: boolean;
}

type Reduce = (x: GraphNode, axes?: readonly number[], options?: ReductionOptions) => GraphNode;

/** Sum over the given axes, or over all. */
export const sum = reduction('sum');
/** Largest value along the given axes, or of all; where several are largest, they share the gradient evenly. */
export const max = reduction('max');
/** Smallest value along the given axes, or of all; where several are smallest, they share the gradient evenly. */
export const min = reduction('min');

/** Mean over the given axes, or over all. */
export const mean: Reduce = (x, axes, options) => {
  const total = sum(x, axes, options);
  const size = axes === undefined ? sizeOf(x.shape) : sizeOf(axes.map((axis) => x.shape[axis] ?? 1));
  return mul(total, constant(1 / size));
};

/** eˣ normalised along the last axis. */
export function softmax(x: GraphNode): GraphNode {
  return rowWise('softmax', x);
}

/** log(softmax(x)), without the detour over the exponential that loses small probabilities. */
export function logSoftmax(x: GraphNode): GraphNode {
  return rowWise('logSoftmax', x);
}

function reduction(op: Reduction['op']): Reduce {
  return (x, axes = x.shape.map((_, axis) => axis), { keepDims = false } = {}) => {
    if (axes.length === 0) return x;
    if (axes.some((axis) => x.shape[axis] === undefined) || new Set(axes).size !== axes.length) {
      throw shapeError(op, [x], `axes ${formatShape(axes)} are not distinct axes of it`);
    }
    const shape = x.shape.filter((_, axis) => !axes.includes(axis));
    const reduced: GraphNode = { op, inputs: [x], axes, shape };
    return keepDims
      ? reshape(
          reduced,
          x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent)),
        )
      : reduced;
  };
}

function rowWise(op: RowWise['op'], x: GraphNode): GraphNode {
  if (x.shape.length === 0) throw shapeError(op, [x], 'needs at least one axis');
  return { op, inputs: [x], shape: x.shape };
}

/** The same values in another shape of the same size. */
export function reshape(x: GraphNode, shape: Shape): GraphNode {
  if (sizeOf(shape) !== sizeOf(x.shape)) {
    throw shapeError('reshape', [x], `does not have the ${sizeOf(shape)} values of ${formatShape(shape)}`);
  }
  return sameShape(x.shape, shape) ? x : { op: 'reshape', inputs: [x], shape };
}

/** x broadcast to a larger shape by NumPy's rule. */
export function broadcastTo(x: GraphNode, shape: Shape): GraphNode {
  if (sameShape(x.shape, shape)) return x;
  const target: GraphNode = { op: 'feed', name: 'target', inputs: [], shape };
  if (!sameShape(broadcastShape('broadcastTo', x, target), shape)) {
    throw shapeError('broadcastTo', [x], `cannot be broadcast to ${formatShape(shape)}`);
  }
  return { op: 'broadcastTo', inputs: [x], shape };
}

/** x with its axes in another order: axis i of the result is axis `permutation[i]` of x. Reversed by default. */
export function transpose(
  x: GraphNode,
  permutation: readonly number[] = x.shape.map((_, axis) => x.shape.length - 1 - axis),
): GraphNode {
  const inOrder = [...permutation].sort((a, b) => a - b);
  if (
    !sameShape(
      inOrder,
      x.shape.map((_, axis) => axis),
    )
  ) {
    throw shapeError('transpose', [x], `${formatShape(permutation)} is not an order of its axes`);
  }
  if (sameShape(inOrder, permutation)) return x;
  return { op: 'transpose', inputs: [x], permutation, shape: permutation.map((axis) => x.shape[axis] ?? 1) };
}

/** The inputs one after another along an axis; their other extents must be the same. */
export function concat(inputs: readonly GraphNode[], axis: number): GraphNode {
  const [first] = inputs;
  if (first === undefined) throw new ReverieError('bad-shape', 'concat: needs at least one input');
  if (first.shape[axis] === undefined) throw shapeError('concat', inputs, `there is no axis ${axis}`);
  const others = (node: GraphNode): Shape => node.shape.filter((_, i) => i !== axis);
  if (inputs.some((node) => node.shape.length !== first.shape.length || !sameShape(others(node), others(first)))) {
    throw shapeError('concat', inputs, `extents may differ on axis ${axis} only`);
  }
  if (inputs.length === 1) return first;
  const joint = inputs.reduce((total, node) => total + (node.shape[axis] ?? 0), 0);
  return { op: 'concat', inputs, axis, shape: first.shape.map((extent, i) => (i === axis ? joint : extent)) };
}

/** The block of this shape that begins at these indices. */
export function slice(x: GraphNode, begin: readonly number[], shape: Shape): GraphNode {
  const inside =
    begin.length === x.shape.length &&
    shape.length === x.shape.length &&
    x.shape.every((extent, axis) => {
      const [from = -1, size = 0] = [begin[axis], shape[axis]];
      return Number.isInteger(from) && Number.isInteger(size) && from >= 0 && size >= 1 && from + size <= extent;
    });
  if (!inside) {
    throw shapeError('slice', [x], `a block ${formatShape(shape)} that begins at ${formatShape(begin)} is not in it`);
  }
  return sameShape(x.shape, shape) ? x : { op: 'slice', inputs: [x], begin, shape };
}

/** x with `value` (0 by default) around it: so many before and after along each axis. */
export function pad(x: GraphNode, before: readonly number[], after: readonly number[], value = 0): GraphNode {
  const widths = [...before, ...after];
  if (
    before.length !== x.shape.length ||
    after.length !== x.shape.length ||
    widths.some((width) => !Number.isInteger(width) || width < 0)
  ) {
    const given = `${formatShape(before)} and ${formatShape(after)}`;
    throw shapeError('pad', [x], `${given} are not a width of 0 or more before and after each axis`);
  }
  if (widths.every((width) => width === 0)) return x;
  const shape = x.shape.map((extent, axis) => (before[axis] ?? 0) + extent + (after[axis] ?? 0));
  return { op: 'pad', inputs: [x], before, after, value, shape };
}

export {
  averagePool2d,
  conv2d,
  conv2dKernelGrad,
  convTranspose2d,
  maxPool2d,
  type ConvolutionOptions,
  type ConvTransposeOptions,
  type PoolingOptions,
} from './ops/spatial.js';
