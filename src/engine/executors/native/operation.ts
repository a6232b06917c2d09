import type { Shape } from '../../../core/tensor.js';
import type { GraphNode, Leaf } from '../../graph/node.js';

/** What TensorFlow is to compute: a graph like that of the nodes, in TensorFlow's ops. */
export type Operation = FeedOperation | ReadOperation | ConstantOperation | RawOperation | SharedOperation;

export interface FeedOperation {
  readonly kind: 'feed';
  readonly name: string;
  readonly shape: Shape;
  readonly inputs: readonly [];
}

/** Reads a variable. */
export interface ReadOperation {
  readonly kind: 'read';
  readonly name: string;
  readonly shape: Shape;
  readonly inputs: readonly [];
}

export interface ConstantOperation {
  readonly kind: 'constant';
  readonly value: { readonly shape: Shape; readonly data: Float32Array } | Int32Array;
  readonly inputs: readonly [];
}

/** An op of TensorFlow by its own name. */
export interface RawOperation {
  readonly kind: 'raw';
  readonly op: string;
  readonly flags: Readonly<Record<string, boolean>>;
  readonly inputs: readonly Operation[];
}

/** A node as TensorFlow.js computes it, for what has no op of its own here. */
export interface SharedOperation {
  readonly kind: 'shared';
  readonly node: Exclude<GraphNode, Leaf>;
  readonly inputs: readonly Operation[];
}

export function raw(
  op: string,
  inputs: readonly Operation[],
  flags: Readonly<Record<string, boolean>> = {},
): RawOperation {
  return { kind: 'raw', op, flags, inputs };
}

export function scalar(value: number): ConstantOperation {
  return { kind: 'constant', value: { shape: [], data: Float32Array.of(value) }, inputs: [] };
}

export function integers(values: readonly number[]): ConstantOperation {
  return { kind: 'constant', value: Int32Array.from(values), inputs: [] };
}
