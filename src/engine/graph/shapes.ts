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

/** Shape of an element-wise op, by NumPy's rule: operands are aligned at the last axis; extents of 1 stretch. */
export function broadcastShape(op: string, ...operands: readonly GraphNode[]): Shape {
  const rank = Math.max(...operands.map(({ shape }) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const extents = operands.map(({ shape }) => shape[axis - rank + shape.length] ?? 1);
    const joint = Math.max(...extents);
    if (extents.some((extent) => extent !== joint && extent !== 1)) {
      const problem = `extents ${extents.join(' and ')} on axis ${axis} do not fit; they must be equal or 1`;
      throw shapeError(op, operands, problem);
    }
    return joint;
  });
}

/** Whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}
