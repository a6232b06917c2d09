/** Plain, engine-free tensors: a shape and its values in row-major order. What is saved, compared and averaged. */

export type Shape = readonly number[];

export interface Tensor {
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** Named tensors, e.g. the parameters of a network. Insertion order is part of the meaning: it is how they are saved. */
export type TensorMap = Readonly<Record<string, Tensor>>;

/** Number of values in a tensor of this shape; 1 for the scalar shape `[]`. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** A shape as it is written in messages: `[128, 784]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** Index of the largest value in `data[start .. start + length)`, relative to `start`; the first one on a tie. */
export function argMax(data: Float32Array, start: number, length: number): number {
  let best = 0;
  for (let i = 1; i < length; i++) {
    if ((data[start + i] ?? 0) > (data[start + best] ?? 0)) best = i;
  }
  return best;
}

/** One array after the other; of one array, the array itself. */
export function joined(parts: readonly Float32Array[]): Float32Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
