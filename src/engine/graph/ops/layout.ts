import { ReverieError } from '../../../core/errors.js';
import { formatShape, sizeOf, type Shape } from '../../../core/tensor.js';
import type { GraphNode } from '../node.js';
import { broadcastShape, sameShape, shapeError } from '../shapes.js';

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
