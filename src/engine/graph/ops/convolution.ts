import { formatShape, type Shape } from '../../../core/tensor.js';
import type { Conv2d, Conv2dKernelGrad, ConvolutionGeometry, GraphNode, Pair, Sides } from '../node.js';
import { sameShape, shapeError } from '../shapes.js';
import { addedBy, fourAxes, pairOf, sidesOf, type PaddingOption, type PairOption } from './spatial-options.js';

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
