import { ReverieError } from '../../core/errors.js';
import type { Conv2d, ConvTranspose2d, Pair, Pooling, Sides } from '../graph/node.js';
import { integerList, text, type Attributes, type TensorFlowBuilder } from './tensorflow-builder.js';

/*
 * Images of a graph are [n, c, h, w]; the kernels of TensorFlow.js want [n, h, w, c] and filters [kh, kw, in, out]. Each op
 * transposes on its way in and out, and puts its padding around the image first, as the executors do.
 */

/** @throws bad-plugin for one with strides and dilations together: TensorFlow.js does not run it */
export function conv2d(node: Conv2d, [x = '', kernel = '']: readonly string[], tf: TensorFlowBuilder): string {
  const wide = (pair: Pair): boolean => pair.some((distance) => distance !== 1);
  if (wide(node.strides) && wide(node.dilations)) throw refused('a convolution with both strides and dilations');
  const image = padded(channelsLast(x, tf), node.padding, 0, tf);
  const filter = tf.emit('Transpose', [kernel, tf.integers([2, 3, 1, 0])]);
  const attributes = { ...windows({ strides: node.strides }), dilations: integerList([1, ...node.dilations, 1]) };
  return channelsFirst(tf.emit('Conv2D', [image, filter], attributes), tf);
}

/** @throws bad-plugin for a dilated one: TensorFlow.js has no kernel for it */
export function convTranspose2d(
  { strides, padding, dilations, outputPadding, shape, inputs }: ConvTranspose2d,
  [x = '', kernel = '']: readonly string[],
  tf: TensorFlowBuilder,
): string {
  if (dilations.some((dilation) => dilation !== 1)) {
    throw refused('a transposed convolution with dilations');
  }
  const [image, kernelNode] = inputs;
  const [, channels = 1, height = 1, width = 1] = shape;
  // Padding of a convolution is a border of its transposed one that is computed and dropped.
  const extent = (axis: 0 | 1, after: number): number =>
    ((image.shape[2 + axis] ?? 1) - 1) * strides[axis] +
    (kernelNode.shape[2 + axis] ?? 1) +
    Math.max(outputPadding[axis] - after, 0);
  const dy = channelsLast(x, tf);
  // As many images as there are rows, which only the run knows.
  const count = tf.emit('Slice', [tf.emit('Shape', [dy]), tf.integers([0]), tf.integers([1])]);
  const sizes = tf.integers([extent(0, padding.bottom), extent(1, padding.right), channels]);
  const whole = tf.emit('ConcatV2', [count, sizes, tf.constant(Int32Array.of(0), [])], { N: { i: '2' } });
  const filter = tf.emit('Transpose', [kernel, tf.integers([2, 3, 1, 0])]);
  const spread = tf.emit('Conv2DBackpropInput', [whole, filter, dy], windows({ strides }));
  const begin = tf.integers([0, padding.top, padding.left, 0]);
  return channelsFirst(tf.emit('Slice', [spread, begin, tf.integers([-1, height, width, channels])]), tf);
}

export function maxPool2d({ size, strides, padding }: Pooling, from: readonly string[], tf: TensorFlowBuilder): string {
  const image = padded(channelsLast(from[0] ?? '', tf), padding, -Infinity, tf);
  return channelsFirst(tf.emit('MaxPool', [image], windows({ strides, size })), tf);
}

export function averagePool2d(
  { size, strides, padding }: Pooling,
  from: readonly string[],
  tf: TensorFlowBuilder,
): string {
  const image = padded(channelsLast(from[0] ?? '', tf), padding, 0, tf);
  return channelsFirst(tf.emit('AvgPool', [image], windows({ strides, size })), tf);
}

function refused(what: string): ReverieError {
  return new ReverieError('bad-plugin', `${what} cannot be exported for TensorFlow.js; take --onnx`);
}

function windows({ strides, size }: { readonly strides: Pair; readonly size?: Pair }): Attributes {
  return {
    strides: integerList([1, ...strides, 1]),
    ...(size === undefined ? {} : { ksize: integerList([1, ...size, 1]) }),
    padding: text('VALID'),
    data_format: text('NHWC'),
  };
}

function channelsLast(x: string, tf: TensorFlowBuilder): string {
  return tf.emit('Transpose', [x, tf.integers([0, 2, 3, 1])]);
}

function channelsFirst(y: string, tf: TensorFlowBuilder): string {
  return tf.emit('Transpose', [y, tf.integers([0, 3, 1, 2])]);
}

function padded(image: string, { top, bottom, left, right }: Sides, value: number, tf: TensorFlowBuilder): string {
  if (top + bottom + left + right === 0) return image;
  const sides = Int32Array.of(0, 0, top, bottom, left, right, 0, 0);
  return tf.emit('PadV2', [image, tf.constant(sides, [4, 2]), tf.scalar(value)]);
}
