import type { Shape } from '../../core/tensor.js';

/**
 * A value in a define-then-run graph: what is computed, from what, and the shape that comes out. All values are
 * float32. Nodes are immutable and know only their inputs; a graph is whatever can be reached from a node.
 */
export type GraphNode = Leaf | Elementwise | MatMul | Sum | RowWise | Reshape | BroadcastTo;

/** Where a graph begins: data given at each run, state kept between runs, or a constant. */
export type Leaf = Feed | Variable | Constant;

export interface Feed {
  readonly op: 'feed';
  readonly name: string;
  readonly inputs: readonly [];
  readonly shape: Shape;
}

export interface Variable {
  readonly op: 'variable';
  readonly name: string;
  readonly inputs: readonly [];
  readonly shape: Shape;
}

export interface Constant {
  readonly op: 'constant';
  readonly data: Float32Array;
  readonly inputs: readonly [];
  readonly shape: Shape;
}

export type UnaryOp = 'neg' | 'exp' | 'log' | 'sqrt' | 'square' | 'relu' | 'sigmoid' | 'tanh';
export type BinaryOp = 'add' | 'sub' | 'mul' | 'div' | 'reluGrad' | 'sigmoidCrossEntropy';

/** Unary ops keep the shape; binary ops broadcast as NumPy does. */
export type Elementwise = Unary | Binary;

export interface Unary {
  readonly op: UnaryOp;
  readonly inputs: readonly [GraphNode];
  readonly shape: Shape;
}

export interface Binary {
  readonly op: BinaryOp;
  readonly inputs: readonly [GraphNode, GraphNode];
  readonly shape: Shape;
}

export interface MatMul {
  readonly op: 'matMul';
  readonly inputs: readonly [GraphNode, GraphNode];
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly shape: Shape;
}

export interface Sum {
  readonly op: 'sum';
  readonly inputs: readonly [GraphNode];
  readonly axes: readonly number[];
  readonly shape: Shape;
}

/** Ops along the last axis. */
export interface RowWise {
  readonly op: 'softmax' | 'logSoftmax';
  readonly inputs: readonly [GraphNode];
  readonly shape: Shape;
}

export interface Reshape {
  readonly op: 'reshape';
  readonly inputs: readonly [GraphNode];
  readonly shape: Shape;
}

export interface BroadcastTo {
  readonly op: 'broadcastTo';
  readonly inputs: readonly [GraphNode];
  readonly shape: Shape;
}

/**
 * All nodes that `outputs` need, each after its inputs. Iterative: depth is no limit.
 *
 * @param isLeaf nodes not to look behind; none by default
 */
export function topologicalOrder(
  outputs: readonly GraphNode[],
  isLeaf: (node: GraphNode) => boolean = () => false,
): GraphNode[] {
  const order: GraphNode[] = [];
  const seen = new Set<GraphNode>();
  const stack: { node: GraphNode; expanded: boolean }[] = [...outputs]
    .reverse()
    .map((node) => ({ node, expanded: false }));
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    if (top.expanded) {
      order.push(top.node);
      continue;
    }
    if (seen.has(top.node)) continue;
    seen.add(top.node);
    stack.push({ node: top.node, expanded: true });
    if (isLeaf(top.node)) continue;
    for (const input of [...top.node.inputs].reverse()) {
      if (!seen.has(input)) stack.push({ node: input, expanded: false });
    }
  }
  return order;
}
