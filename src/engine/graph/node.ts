import { formatShape, type Shape } from '../../core/tensor.js';
import { ReverieError } from '../../core/errors.js';

/**
 * A value in a define-then-run graph: what is computed, from what, and the shape that comes out. All values are
 * float32. Nodes are immutable and know only their inputs; a graph is whatever can be reached from a node.
 */
export type GraphNode = Leaf | Elementwise | MatMul | Reduction | RowWise | Layout | Spatial;

interface Node<Op extends string, Inputs> {
  readonly op: Op;
  readonly inputs: Inputs;
  readonly shape: Shape;
}
type One = readonly [GraphNode];
type Two = readonly [GraphNode, GraphNode];

/** Where a graph begins: data given at each run, state kept between runs, or a constant. */
export type Leaf = Feed | Variable | Constant;

export interface Feed extends Node<'feed', readonly []> {
  readonly name: string;
}

export interface Variable extends Node<'variable', readonly []> {
  readonly name: string;
}

export interface Constant extends Node<'constant', readonly []> {
  readonly data: Float32Array;
}

export type UnaryOp = 'neg' | 'exp' | 'log' | 'sqrt' | 'square' | 'abs' | 'relu' | 'sigmoid' | 'tanh' | 'softplus';
export type BinaryOp =
  'add' | 'sub' | 'mul' | 'div' | 'maximum' | 'minimum' | 'greater' | 'equal' | 'reluGrad' | 'sigmoidCrossEntropy';

/** Ops of one operand keep the shape; those of more broadcast as NumPy does. */
export type Elementwise = Unary | Clip | Binary | Where;
export type Unary = Node<UnaryOp, One>;
export type Binary = Node<BinaryOp, Two>;

interface Clip extends Node<'clip', One> {
  readonly min: number;
  readonly max: number;
}

/** Inputs: mask, value where it is not 0, value where it is. */
type Where = Node<'where', readonly [GraphNode, GraphNode, GraphNode]>;

export interface MatMul extends Node<'matMul', Two> {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Over the given axes, which disappear. */
export interface Reduction extends Node<'sum' | 'max' | 'min', One> {
  readonly axes: readonly number[];
}

/** Ops along the last axis. */
export type RowWise = Node<'softmax' | 'logSoftmax', One>;

/** Ops that only move, repeat or drop values. */
export type Layout = Node<'reshape' | 'broadcastTo', One> | Transpose | Concat | Slice | Pad;

interface Transpose extends Node<'transpose', One> {
  /** Axis i of the result is axis `permutation[i]` of the input. */
  readonly permutation: readonly number[];
}

interface Concat extends Node<'concat', readonly GraphNode[]> {
  readonly axis: number;
}

interface Slice extends Node<'slice', One> {
  /** First index along each axis; `shape` says how many follow. */
  readonly begin: readonly number[];
}

interface Pad extends Node<'pad', One> {
  /** How many values come before and after, along each axis. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly value: number;
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
export type Conv2d = Node<'conv2d', Two> & ConvolutionGeometry;

/** Inputs: image [n, in, h, w] and kernel [in, out, kh, kw]. */
export interface ConvTranspose2d extends Node<'convTranspose2d', Two>, ConvolutionGeometry {
  readonly outputPadding: Pair;
}

/** Inputs: image [n, in, h, w] and ∂loss/∂y [n, out, h′, w′] of y = conv2d(image, kernel); `shape` is the kernel's. */
export type Conv2dKernelGrad = Node<'conv2dKernelGrad', Two> & ConvolutionGeometry;

export interface Pooling extends Node<'maxPool2d' | 'averagePool2d', One> {
  readonly size: Pair;
  readonly strides: Pair;
  readonly padding: Sides;
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

/** How a node is named in messages: its op, its name where it has one, and its shape. */
export function describe(node: GraphNode): string {
  const name = node.op === 'feed' || node.op === 'variable' ? ` "${node.name}"` : '';
  return `${node.op}${name} ${formatShape(node.shape)}`;
}

/** The `bad-shape` error of an op: names the op and its inputs with their shapes. */
export function shapeError(op: string, inputs: readonly GraphNode[], expected: string): ReverieError {
  return new ReverieError('bad-shape', `${op}(${inputs.map(describe).join(', ')}): ${expected}`);
}

/** Shape of an element-wise op, by NumPy's rule: operands are aligned at the last axis; extents of 1 stretch. */
export function broadcastShape(op: string, ...operands: readonly GraphNode[]): Shape {
  const rank = Math.max(...operands.map(({ shape }) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const extents = operands.map(({ shape }) => shape[axis - rank + shape.length] ?? 1);
    const joint = Math.max(...extents);
    if (extents.some((extent) => extent !== joint && extent !== 1)) {
      const problem = `extents ${extents.join(' and ')} on axis ${axis} do not fit; they must be equal or 1`;
      throw shapeError(op, operands, problem);
    }
    return joint;
  });
}

/** Whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}
