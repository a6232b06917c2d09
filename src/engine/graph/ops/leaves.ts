import { ReverieError } from '../../../core/errors.js';
import { formatShape, sizeOf, type Shape } from '../../../core/tensor.js';
import type { Constant, Feed, Variable } from '../node.js';

/** Data given at each run, under this name. */
export function feed(name: string, shape: Shape): Feed {
  return { op: 'feed', name, inputs: [], shape: checked(name, shape) };
}

/** State that lives in the engine's `Variables` under this name. */
export function variable(name: string, shape: Shape): Variable {
  return { op: 'variable', name, inputs: [], shape: checked(name, shape) };
}

/** A constant: a number, or values in row-major order with their shape. */
export function constant(value: number | Float32Array, shape: Shape = []): Constant {
  const data = typeof value === 'number' ? Float32Array.of(value) : value;
  if (data.length !== sizeOf(shape)) {
    throw new ReverieError('bad-shape', `constant: ${data.length} values do not fill shape ${formatShape(shape)}`);
  }
  return { op: 'constant', data, inputs: [], shape };
}

function checked(name: string, shape: Shape): Shape {
  if (shape.some((extent) => !Number.isInteger(extent) || extent < 1)) {
    throw new ReverieError('bad-shape', `"${name}": shape ${formatShape(shape)} must be of positive integers`);
  }
  return shape;
}
