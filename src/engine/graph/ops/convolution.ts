import type { GraphNode, Pair } from '../node.js';
import { shapeError } from '../shapes.js';
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
export function conv2d(x: GraphNode, kernel: GraphNode, options: ConvolutionOptions = {}): GraphNode {
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

function geometry(op: string, operands: readonly GraphNode[], options: ConvolutionOptions) {
  const pair = (what: string, given: PairOption = 1): Pair => pairOf(op, operands, what, given, 1);
  return {
    strides: pair('strides', options.strides),
    padding: sidesOf(op, operands, options.padding ?? 0),
    dilations: pair('dilations', options.dilations),
  };
}
