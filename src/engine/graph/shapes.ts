import { ReverieError } from '../../core/errors.js';
import { formatShape, type Shape } from '../../core/tensor.js';
import type { GraphNode } from './node.js';

/** How a node is named in messages: its op, its name where it has one, and its shape. */
export function describe(node: GraphNode): string {
  const name = node.op === 'feed' || node.op === 'variable' ? ` "${node.name}"` : '';
  return `${node.op}${name} ${formatShape(node.shape)}`;
}

/** The `bad-shape` error of an op: names the op and its inputs with their shapes. */
export function shapeError(op: string, inputs: readonly GraphNode[], expected: string): ReverieError {
  return new ReverieError('bad-shape', `${op}(${inputs.map(describe).join(', ')}): ${expected}`);
}

/** Shape of an element-wise op of two operands, by NumPy's rule: align at the last axis; 1 stretches. */
export function broadcastShape(op: string, a: GraphNode, b: GraphNode): Shape {
  const rank = Math.max(a.shape.length, b.shape.length);
  return Array.from({ length: rank }, (_, axis) => {
    const m = a.shape[axis - rank + a.shape.length] ?? 1;
    const n = b.shape[axis - rank + b.shape.length] ?? 1;
    if (m !== n && m !== 1 && n !== 1) {
      throw shapeError(op, [a, b], `extents ${m} and ${n} on axis ${axis} do not fit; they must be equal or 1`);
    }
    return Math.max(m, n);
  });
}

/** Whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}
