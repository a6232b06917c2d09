import type { Tensor, TensorMap } from '../core/tensor.js';

/** Doubles as tensors: sums of three float32, which is exact in the range of float32: 24 + 24 + 5 bits. */
export function splitDoubles(name: string, values: Float64Array): Record<string, Tensor> {
  const parts = [0, 1, 2].map(() => new Float32Array(values.length));
  values.forEach((value, i) => {
    let rest = value;
    for (const part of parts) {
      part[i] = rest;
      rest -= part[i] ?? 0;
    }
  });
  return Object.fromEntries(parts.map((data, k) => [`${name}/${k}`, { shape: [values.length], data }]));
}

/** What {@link splitDoubles} was given; empty where the tensors have none of the name. */
export function joinedDoubles(name: string, tensors: TensorMap): Float64Array {
  const [high, middle, low] = [0, 1, 2].map((k) => tensors[`${name}/${k}`]?.data ?? new Float32Array());
  return Float64Array.from(high ?? [], (value, i) => value + ((middle?.[i] ?? 0) + (low?.[i] ?? 0)));
}
