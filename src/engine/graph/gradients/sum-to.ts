import type { Shape } from '../../../core/tensor.js';
import type { GraphNode } from '../node.js';
import { broadcastTo, constant, reshape, sum } from '../ops.js';

/** The gradients that a node passes back, one for each input; each is made only where it is needed. */
export type InputGradients = readonly (() => GraphNode)[];

/** The adjoint of broadcasting from `shape` to `from`: sums over every axis that was stretched. */
export function sumTo(g: GraphNode, shape: Shape, from: Shape): GraphNode {
  const full = broadcastTo(g, from);
  const offset = from.length - shape.length;
  const stretched = from.flatMap((extent, axis) => {
    const own = axis < offset ? undefined : shape[axis - offset];
    return own === undefined || (own === 1 && extent !== 1) ? [axis] : [];
  });
  return reshape(sum(full, stretched), shape);
}

/** The gradient of what is constant almost everywhere. */
export function zeros(shape: Shape): GraphNode {
  return broadcastTo(constant(0), shape);
}
