import { ReverieError } from './errors.js';
import { formatShape, type TensorMap } from './tensor.js';

/**
 * The mean of several sets of parameters, tensor by tensor: Σᵢ wᵢ·xᵢ / Σᵢ wᵢ, summed in double precision.
 *
 * @param maps at least one; all with the same names and shapes
 * @param weights one for each, with a sum other than 0; all 1 by default
 * @throws bad-shape where names, shapes or the number of weights differ
 */
export function average(maps: readonly TensorMap[], weights: readonly number[] = maps.map(() => 1)): TensorMap {
  const [first] = maps;
  if (first === undefined || weights.length !== maps.length) {
    throw new ReverieError('bad-shape', `average: ${maps.length} sets of tensors and ${weights.length} weights`);
  }
  for (const other of maps) checkAlike('average', first, other);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return Object.fromEntries(
    Object.entries(first).map(([name, { shape, data }]) => {
      const sums = new Float64Array(data.length);
      maps.forEach((map, i) => {
        const weight = weights[i] ?? 0;
        map[name]?.data.forEach((value, at) => (sums[at] = (sums[at] ?? 0) + weight * value));
      });
      return [name, { shape, data: Float32Array.from(sums, (sum) => sum / total) }];
    }),
  );
}

/**
 * The largest absolute difference between two values in the same place: 0 for equal sets, NaN where one of a pair is no
 * number.
 *
 * @throws bad-shape where names or shapes differ
 */
export function largestDifference(a: TensorMap, b: TensorMap): number {
  checkAlike('largestDifference', a, b);
  let largest = 0;
  for (const [name, { data }] of Object.entries(a)) {
    const other = b[name]?.data ?? new Float32Array();
    // Math.max hands on a NaN; comparing would pass over it.
    for (let i = 0; i < data.length; i++) largest = Math.max(largest, Math.abs((data[i] ?? 0) - (other[i] ?? 0)));
  }
  return largest;
}

function checkAlike(what: string, a: TensorMap, b: TensorMap): void {
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const [one, other] = [a[name], b[name]].map((tensor) =>
      tensor === undefined ? 'missing' : formatShape(tensor.shape),
    );
    if (one !== other)
      throw new ReverieError('bad-shape', `${what}: "${name}" is ${one ?? ''} here and ${other ?? ''} there`);
  }
}
