import type { GraphNode } from '../engine/graph/node.js';
import { add, mul, sum } from '../engine/graph/ops.js';

/**
 * a·b, a scalar, of two gradients in parts, all parameters as one vector.
 *
 * As sums of products: a matrix product over so many values is shared among threads by ONNX Runtime in an order that differs from run to
 * run, and so does its last bit.
 */
export function gradientProduct(a: readonly GraphNode[], b: readonly GraphNode[]): GraphNode {
  return a.map((part, i): GraphNode => sum(mul(part, b[i] ?? part))).reduce((x, y) => add(x, y));
}
