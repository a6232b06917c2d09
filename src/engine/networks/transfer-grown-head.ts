import type { Tensor, TensorMap } from '../../core/tensor.js';

/**
 * `after`, the values of a network with a wider head, with what the narrower network `before` knew: layers of the same
 * shape whole, the head column by column, its first columns. What only one of them has stays as it is in `after`.
 */
export function transferGrownHead(before: TensorMap, after: TensorMap): TensorMap {
  return Object.fromEntries(
    Object.entries(after).map(([name, tensor]) => {
      const known = before[name];
      return [name, known === undefined ? tensor : widened(known, tensor)];
    }),
  );
}

function widened(before: Tensor, after: Tensor): Tensor {
  const [columnsBefore, columnsAfter] = [before.shape.at(-1) ?? 1, after.shape.at(-1) ?? 1];
  const data = after.data.slice();
  for (let row = 0; row * columnsBefore < before.data.length; row++) {
    data.set(before.data.subarray(row * columnsBefore, (row + 1) * columnsBefore), row * columnsAfter);
  }
  return { shape: after.shape, data };
}
