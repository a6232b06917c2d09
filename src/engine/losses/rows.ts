import { ReverieError } from '../../core/errors.js';
import { sizeOf } from '../../core/tensor.js';
import type { GraphNode } from '../graph/node.js';
import { constant, mul, sum } from '../graph/ops.js';
import { sameShape, shapeError } from '../graph/shapes.js';

/** Sum of each row: [batch, …] → [batch]. */
export function rowSums(x: GraphNode): GraphNode {
  if (x.shape.length === 0) throw shapeError('rowSums', [x], 'needs a batch axis');
  return sum(
    x,
    x.shape.slice(1).map((_, i) => i + 1),
  );
}

/** Mean of each row: [batch, …] → [batch]. */
export function rowMeans(x: GraphNode): GraphNode {
  return mul(rowSums(x), constant(1 / sizeOf(x.shape.slice(1))));
}

/** L = Σᵣ wᵣ·lᵣ, a scalar: what rows of different worth (new, dreamt) are trained on. Both [batch]. */
export function weightedTotal(rowLosses: GraphNode, weights: GraphNode): GraphNode {
  if (rowLosses.shape.length !== 1 || !sameShape(rowLosses.shape, weights.shape)) {
    throw shapeError('weightedTotal', [rowLosses, weights], 'needs one loss and one weight a row, both [batch]');
  }
  return sum(mul(rowLosses, weights));
}

/** @throws bad-usage unless `value` is a positive number */
export function checkPositive(loss: string, what: string, value: number): void {
  if (!(value > 0)) throw new ReverieError('bad-usage', `${loss}: ${what} is ${value}, and must be greater than 0`);
}
