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

/**
 * All that `outputs` need, each after its inputs. Iterative: depth is no limit.
 *
 * @param isDone what to leave out, with all behind it
 */
export function inOrder(
  outputs: readonly Operation[],
  isDone: (operation: Operation) => boolean = () => false,
): ReadonlySet<Operation> {
  const order = new Set<Operation>();
  const isThere = (operation: Operation): boolean => order.has(operation) || isDone(operation);
  const stack = [...outputs].reverse();
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const missing = isThere(top) ? [] : top.inputs.filter((input) => !isThere(input));
    if (missing.length > 0) {
      stack.push(...missing.reverse());
      continue;
    }
    stack.pop();
    if (!isThere(top)) order.add(top);
  }
  return order;
}
