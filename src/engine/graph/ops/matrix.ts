import type { GraphNode } from '../node.js';
import { shapeError } from '../shapes.js';

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
