import type { Shape } from '../../core/tensor.js';

/**
 * A value in a define-then-run graph: what is computed, from what, and the shape that comes out. All values are
 * float32. Nodes are immutable and know only their inputs; a graph is whatever can be reached from a node.
 */
export type GraphNode = Leaf | Elementwise | MatMul | Reduction | RowWise | Layout | Spatial;

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

export type UnaryOp = 'neg' | 'exp' | 'log' | 'sqrt' | 'square' | 'abs' | 'relu' | 'sigmoid' | 'tanh' | 'softplus';
export type BinaryOp =
  'add' | 'sub' | 'mul' | 'div' | 'maximum' | 'minimum' | 'greater' | 'equal' | 'reluGrad' | 'sigmoidCrossEntropy';

/** Ops of one operand keep the shape; those of more broadcast as NumPy does. */
export type Elementwise = Unary | Clip | Binary | Where;

export interface Unary {
  readonly op: UnaryOp;
  readonly inputs: readonly [GraphNode];
  readonly shape: Shape;
}

export interface Clip {
  readonly op: 'clip';
  readonly inputs: readonly [GraphNode];
  readonly min: number;
  readonly max: number;
  readonly shape: Shape;
}

export interface Binary {
  readonly op: BinaryOp;
  readonly inputs: readonly [GraphNode, GraphNode];
  readonly shape: Shape;
}

/** Inputs: mask, value where it is not 0, value where it is. */
export interface Where {
  readonly op: 'where';
  readonly inputs: readonly [GraphNode, GraphNode, GraphNode];
  readonly shape: Shape;
}

export interface MatMul {
  readonly op: 'matMul';
  readonly inputs: readonly [GraphNode, GraphNode];
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly shape: Shape;
}

/** Over the given axes, which disappear. */
export interface Reduction {
  readonly op: 'sum' | 'max' | 'min';
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

/** Ops that only move, repeat or drop values. */
export type Layout = Reshape | BroadcastTo | Transpose | Concat | Slice | Pad;

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

export interface Transpose {
  readonly op: 'transpose';
  readonly inputs: readonly [GraphNode];
  /** Axis i of the result is axis `permutation[i]` of the input. */
  readonly permutation: readonly number[];
  readonly shape: Shape;
}

export interface Concat {
  readonly op: 'concat';
  readonly inputs: readonly GraphNode[];
  readonly axis: number;
  readonly shape: Shape;
}

export interface Slice {
  readonly op: 'slice';
  readonly inputs: readonly [GraphNode];
  /** First index along each axis; `shape` says how many follow. */
  readonly begin: readonly number[];
  readonly shape: Shape;
}

export interface Pad {
  readonly op: 'pad';
  readonly inputs: readonly [GraphNode];
  /** How many values come before and after, along each axis. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly value: number;
  readonly shape: Shape;
}

/** Ops on images, [batch, channels, height, width]. */
export type Spatial = Convolution | Pooling;
export type Convolution = Conv2d | ConvTranspose2d | Conv2dKernelGrad;

/** A vertical and a horizontal number. */
export type Pair = readonly [number, number];

/** Rows and columns added at the borders of an image. */
export interface Sides {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Where the taps of a kernel fall on an image. */
export interface ConvolutionGeometry {
  readonly strides: Pair;
  readonly padding: Sides;
  readonly dilations: Pair;
}

/** Inputs: image [n, in, h, w] and kernel [out, in, kh, kw]. */
export interface Conv2d extends ConvolutionGeometry {
  readonly op: 'conv2d';
  readonly inputs: readonly [GraphNode, GraphNode];
  readonly shape: Shape;
}

/** Inputs: image [n, in, h, w] and kernel [in, out, kh, kw]. */
export interface ConvTranspose2d extends ConvolutionGeometry {
  readonly op: 'convTranspose2d';
  readonly inputs: readonly [GraphNode, GraphNode];
  readonly outputPadding: Pair;
  readonly shape: Shape;
}

/** Inputs: image [n, in, h, w] and ∂loss/∂y [n, out, h′, w′] of y = conv2d(image, kernel); `shape` is the kernel's. */
export interface Conv2dKernelGrad extends ConvolutionGeometry {
  readonly op: 'conv2dKernelGrad';
  readonly inputs: readonly [GraphNode, GraphNode];
  readonly shape: Shape;
}

export interface Pooling {
  readonly op: 'maxPool2d' | 'averagePool2d';
  readonly inputs: readonly [GraphNode];
  readonly size: Pair;
  readonly strides: Pair;
  readonly padding: Sides;
  readonly shape: Shape;
}

/**
 * All nodes that `outputs` need, each once and after its inputs, of this or any other kind of graph. Iterative: depth is
 * no limit.
 *
 * @param isLeaf nodes not to look behind; none by default
 */
export function topologicalOrder<Node extends { readonly inputs: readonly Node[] } = GraphNode>(
  outputs: readonly Node[],
  isLeaf: (node: Node) => boolean = () => false,
): Node[] {
  const order: Node[] = [];
  const seen = new Set<Node>();
  const stack: { node: Node; expanded: boolean }[] = [...outputs].reverse().map((node) => ({ node, expanded: false }));
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
