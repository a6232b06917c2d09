import { formatShape, type Shape } from '../../../core/tensor.js';
import {
  shapeError,
  sameShape,
  type GraphNode,
  type Pair,
  type Sides,
  type Conv2d,
  type Conv2dKernelGrad,
  type ConvolutionGeometry,
  type Pooling,
} from '../node.js';

/** One number for both directions, or a vertical and a horizontal one. */
export type PairOption = number | Pair;
/** Symmetric padding, or a width for each side. */
export type PaddingOption = PairOption | Sides;

/** @throws bad-shape unless both are integers of at least `least` */
function pairOf(op: string, inputs: readonly GraphNode[], what: string, given: PairOption, least: number): Pair {
  const pair: Pair = typeof given === 'number' ? [given, given] : given;
  if (pair.some((value) => !Number.isInteger(value) || value < least)) {
    throw shapeError(op, inputs, `${what} ${formatShape(pair)} must be integers of at least ${least}`);
  }
  return pair;
}

/** @throws bad-shape unless all widths are integers of at least 0 */
function sidesOf(op: string, inputs: readonly GraphNode[], given: PaddingOption): Sides {
  if (typeof given === 'object' && 'top' in given) {
    pairOf(op, inputs, 'padding (top, bottom)', [given.top, given.bottom], 0);
    pairOf(op, inputs, 'padding (left, right)', [given.left, given.right], 0);
    return given;
  }
  const [vertical, horizontal] = pairOf(op, inputs, 'padding', given, 0);
  return { top: vertical, bottom: vertical, left: horizontal, right: horizontal };
}

/** The four extents of an image or a kernel. */
function fourAxes(
  op: string,
  inputs: readonly GraphNode[],
  x: GraphNode,
  meaning: string,
): readonly [number, number, number, number] {
  const [a, b, c, d] = x.shape;
  if (x.shape.length !== 4 || a === undefined || b === undefined || c === undefined || d === undefined) {
    throw shapeError(op, inputs, `${formatShape(x.shape)} must have four axes: ${meaning}`);
  }
  return [a, b, c, d];
}

/** What padding adds to height and width. */
function addedBy({ top, bottom, left, right }: Sides): Pair {
  return [top + bottom, left + right];
}

export interface ConvolutionOptions {
  /** Default 1. */
  readonly strides?: PairOption;
  /** Zeros at the borders; default none. */
  readonly padding?: PaddingOption;
  /** Distance between the taps of the kernel; default 1. */
  readonly dilations?: PairOption;
}

export interface ConvTransposeOptions extends ConvolutionOptions {
  /** Rows and columns added at the lower and right border of the result, fewer than the stride; default none. */
  readonly outputPadding?: PairOption;
}

/**
 * Cross-correlation of images x [n, in, h, w] with a kernel [out, in, kh, kw]:
 * y[b, o, i, j] = Σ x[b, c, i·s + p·d − pad, …]·kernel[o, c, p, …] → [n, out, h′, w′] with
 * h′ = ⌊(h + top + bottom − d·(kh − 1) − 1) / s⌋ + 1. The same as PyTorch's conv2d.
 *
 * @throws bad-shape where the operands do not fit each other or the kernel does not fit into the padded image
 */
export function conv2d(x: GraphNode, kernel: GraphNode, options: ConvolutionOptions = {}): Conv2d {
  const operands = [x, kernel];
  const [n, channels, height, width] = fourAxes('conv2d', operands, x, '[batch, channels, height, width]');
  const [out, kernelIn, kh, kw] = fourAxes('conv2d', operands, kernel, '[out, in, height, width]');
  if (channels !== kernelIn) {
    throw shapeError('conv2d', operands, `the image has ${channels} channels, the kernel takes ${kernelIn}`);
  }
  const { strides, padding, dilations } = geometry('conv2d', operands, options);
  const added = addedBy(padding);
  const extent = (axis: 0 | 1, size: number, taps: number): number =>
    Math.floor((size + added[axis] - dilations[axis] * (taps - 1) - 1) / strides[axis]) + 1;
  const [h, w] = [extent(0, height, kh), extent(1, width, kw)];
  if (h < 1 || w < 1) throw shapeError('conv2d', operands, 'the kernel does not fit into the padded image');
  return { op: 'conv2d', inputs: [x, kernel], strides, padding, dilations, shape: [n, out, h, w] };
}

/**
 * The adjoint of {@link conv2d} in its image: x [n, in, h, w], kernel [in, out, kh, kw] → [n, out, h′, w′] with
 * h′ = (h − 1)·s + d·(kh − 1) + 1 − top − bottom + outputPadding. The same as PyTorch's conv_transpose2d.
 *
 * @throws bad-shape where the operands do not fit each other, nothing is left of the result, or outputPadding is not
 *   smaller than the stride
 */
export function convTranspose2d(x: GraphNode, kernel: GraphNode, options: ConvTransposeOptions = {}): GraphNode {
  const operands = [x, kernel];
  const [n, channels, height, width] = fourAxes('convTranspose2d', operands, x, '[batch, channels, height, width]');
  const [kernelIn, out, kh, kw] = fourAxes('convTranspose2d', operands, kernel, '[in, out, height, width]');
  if (channels !== kernelIn) {
    throw shapeError('convTranspose2d', operands, `the image has ${channels} channels, the kernel takes ${kernelIn}`);
  }
  const { strides, padding, dilations } = geometry('convTranspose2d', operands, options);
  const outputPadding = pairOf('convTranspose2d', operands, 'outputPadding', options.outputPadding ?? 0, 0);
  if (outputPadding[0] >= strides[0] || outputPadding[1] >= strides[1]) {
    const given = `${outputPadding.join(', ')}] must be smaller than the strides [${strides.join(', ')}`;
    throw shapeError('convTranspose2d', operands, `outputPadding [${given}]`);
  }
  const added = addedBy(padding);
  const extent = (axis: 0 | 1, size: number, taps: number): number =>
    (size - 1) * strides[axis] + dilations[axis] * (taps - 1) + 1 - added[axis] + outputPadding[axis];
  const [h, w] = [extent(0, height, kh), extent(1, width, kw)];
  if (h < 1 || w < 1) throw shapeError('convTranspose2d', operands, 'the padding leaves nothing of the result');
  return {
    op: 'convTranspose2d',
    inputs: [x, kernel],
    strides,
    padding,
    dilations,
    outputPadding,
    shape: [n, out, h, w],
  };
}

/**
 * What {@link conv2d} passes back to its kernel: ∂loss/∂kernel from the image x [n, in, h, w] and dy = ∂loss/∂y
 * [n, out, h′, w′], for a kernel of `size`. An op of its own because every executor has another quickest way.
 *
 * @throws bad-shape unless conv2d of x with such a kernel and these options has dy's shape
 */
export function conv2dKernelGrad(x: GraphNode, dy: GraphNode, size: Pair, options: ConvolutionOptions = {}): GraphNode {
  const op = 'conv2dKernelGrad';
  const [, channels] = fourAxes(op, [x, dy], x, '[batch, channels, height, width]');
  const [, out] = fourAxes(op, [x, dy], dy, '[batch, out, height, width]');
  const shape = [out, channels, ...pairOf(op, [x, dy], 'size', size, 1)];
  const { strides, padding, dilations, ...y } = conv2d(x, { op: 'feed', name: 'kernel', inputs: [], shape }, options);
  if (!sameShape(y.shape, dy.shape)) {
    throw shapeError(op, [x, dy], `a kernel of [${size.join(', ')}] on the image gives ${formatShape(y.shape)}`);
  }
  return { op, inputs: [x, dy], strides, padding, dilations, shape };
}

/**
 * Rows and columns at the lower and right border of the padded image that no tap of the kernel reaches: what the strides
 * leave over.
 */
export function unreached(image: Shape, kernel: Shape, { strides, padding, dilations }: ConvolutionGeometry): Pair {
  const added = addedBy(padding);
  const rest = (axis: 0 | 1): number => {
    const [pixels = 1, taps = 1] = [image[2 + axis], kernel[2 + axis]];
    return (pixels + added[axis] - dilations[axis] * (taps - 1) - 1) % strides[axis];
  };
  return [rest(0), rest(1)];
}

/**
 * The padding of a kernel's gradient as a convolution, where strides and dilations change places: without the zeros that
 * no tap reaches. What of the image is not reached still gives taps that do not exist, to be cut off.
 */
export function paddingOfKernelGrad({ padding, inputs: [x], shape, ...rest }: Conv2dKernelGrad): Sides {
  const [rows, columns] = unreached(x.shape, shape, { padding, ...rest });
  const { top, bottom, left, right } = padding;
  return { top, bottom: Math.max(bottom - rows, 0), left, right: Math.max(right - columns, 0) };
}

function geometry(op: string, operands: readonly GraphNode[], options: ConvolutionOptions) {
  const pair = (what: string, given: PairOption = 1): Pair => pairOf(op, operands, what, given, 1);
  return {
    strides: pair('strides', options.strides),
    padding: sidesOf(op, operands, options.padding ?? 0),
    dilations: pair('dilations', options.dilations),
  };
}

export interface PoolingOptions {
  /** Extent of the windows. */
  readonly size: PairOption;
  /** Distance between windows; by default their size, so that they tile the image. */
  readonly strides?: PairOption;
  /** At the borders, narrower than the windows; default none. */
  readonly padding?: PaddingOption;
}

/**
 * The largest value of each window, [n, c, h, w] → [n, c, h′, w′] with h′ = ⌊(h + top + bottom − size) / stride⌋ + 1.
 * Padding never wins. The gradient goes to the first of several largest values, in row-major order, as in PyTorch.
 *
 * @throws bad-shape where no window fits or the padding is as wide as a window
 */
export function maxPool2d(x: GraphNode, options: PoolingOptions): GraphNode {
  return pooling('maxPool2d', x, options);
}

/**
 * The mean of each window, of the same shape as {@link maxPool2d} gives. Padding counts as zeros, as in PyTorch.
 *
 * @throws bad-shape where no window fits or the padding is as wide as a window
 */
export function averagePool2d(x: GraphNode, options: PoolingOptions): GraphNode {
  return pooling('averagePool2d', x, options);
}

function pooling(op: Pooling['op'], x: GraphNode, options: PoolingOptions): GraphNode {
  const [n, channels, height, width] = fourAxes(op, [x], x, '[batch, channels, height, width]');
  const size = pairOf(op, [x], 'size', options.size, 1);
  const strides = pairOf(op, [x], 'strides', options.strides ?? size, 1);
  const padding = sidesOf(op, [x], options.padding ?? 0);
  const { top, bottom, left, right } = padding;
  if (Math.max(top, bottom) >= size[0] || Math.max(left, right) >= size[1]) {
    throw shapeError(op, [x], `the padding must be narrower than the windows of [${size.join(', ')}]`);
  }
  const added = addedBy(padding);
  const extent = (axis: 0 | 1, pixels: number): number =>
    Math.floor((pixels + added[axis] - size[axis]) / strides[axis]) + 1;
  const [h, w] = [extent(0, height), extent(1, width)];
  if (h < 1 || w < 1) throw shapeError(op, [x], `no window of [${size.join(', ')}] fits into the padded image`);
  return { op, inputs: [x], size, strides, padding, shape: [n, channels, h, w] };
}
