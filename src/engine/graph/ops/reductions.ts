import { formatShape, sizeOf } from '../../../core/tensor.js';
import type { GraphNode, Reduction, RowWise } from '../node.js';
import { shapeError } from '../shapes.js';
import { mul } from './elementwise.js';
import { reshape } from './layout.js';
import { constant } from './leaves.js';

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
