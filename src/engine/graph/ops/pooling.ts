import type { GraphNode, Pooling } from '../node.js';
import { shapeError } from '../shapes.js';
import { addedBy, fourAxes, pairOf, sidesOf, type PaddingOption, type PairOption } from './spatial-options.js';

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
