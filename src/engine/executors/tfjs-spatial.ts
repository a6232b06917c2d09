import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { Conv2d, ConvTranspose2d, Pair, Pooling, Sides } from '../graph/node.js';
import type { Tf } from './tfjs-ops.js';

/*
 * Graphs are in the layout [n, c, h, w]; the kernels of TensorFlow.js, on all its backends, want [n, h, w, c]. Each op
 * here transposes its operands on the way in and its result on the way out. Padding is put around the image first: no
 * backend has kernels that take all of it.
 */

export function conv2d(tf: Tf, x: Tensor, kernel: Tensor, { strides, dilations, padding }: Conv2d): Tensor {
  // The kernel is called without tf.conv2d, which refuses strides together with dilations: a limit of its gradient.
  const y: Tensor = tf
    .engine()
    .runKernel(
      'Conv2D',
      { x: padded(tf, channelsLast(tf, x), padding, 0), filter: tf.transpose(kernel, [2, 3, 1, 0]) },
      { strides: [...strides], dilations: [...dilations], pad: 'valid', dataFormat: 'NHWC' },
    );
  return channelsFirst(tf, y);
}

export function convTranspose2d(tf: Tf, x: Tensor, kernel: Tensor, node: ConvTranspose2d): Tensor {
  const { strides, dilations, padding, outputPadding, shape } = node;
  const [n = 1, out = 1, height = 1, width = 1] = shape;
  const filter = dilated(tf, tf.transpose(kernel, [2, 3, 1, 0]), dilations);
  // Padding of a convolution is a border of its transposed one that is computed and dropped.
  const extent = (axis: 0 | 1, after: number): number =>
    ((x.shape[2 + axis] ?? 1) - 1) * strides[axis] +
    (filter.shape[axis] ?? 1) +
    Math.max(outputPadding[axis] - after, 0);
  const whole: Tensor = tf.engine().runKernel(
    'Conv2DBackpropInput',
    { dy: channelsLast(tf, x), filter },
    {
      strides: [...strides],
      pad: 'valid',
      dataFormat: 'NHWC',
      inputShape: [n, extent(0, padding.bottom), extent(1, padding.right), out],
    },
  );
  return channelsFirst(tf, tf.slice(whole, [0, padding.top, padding.left, 0], [n, height, width, out]));
}

export function maxPool2d(tf: Tf, x: Tensor, { size, strides, padding }: Pooling): Tensor {
  const image = padded(tf, channelsLast(tf, x), padding, -Infinity);
  return channelsFirst(tf, tf.maxPool(image, [...size], [...strides], 'valid'));
}

export function averagePool2d(tf: Tf, x: Tensor, { size, strides, padding }: Pooling): Tensor {
  const image = padded(tf, channelsLast(tf, x), padding, 0);
  return channelsFirst(tf, tf.avgPool(image, [...size], [...strides], 'valid'));
}

function channelsLast(tf: Tf, x: Tensor): Tensor4D {
  // The graph has checked that images have four axes.
  return tf.transpose(x as Tensor4D, [0, 2, 3, 1]);
}

function channelsFirst(tf: Tf, y: Tensor): Tensor {
  return tf.transpose(y, [0, 3, 1, 2]);
}

function padded(tf: Tf, image: Tensor4D, { top, bottom, left, right }: Sides, value: number): Tensor4D {
  if (top + bottom + left + right === 0) return image;
  return tf.pad(
    image,
    [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ],
    value,
  );
}

/** The kernel [kh, kw, …] with zeros between its taps; the backends' transposed convolutions know no dilation. */
function dilated(tf: Tf, kernel: Tensor, [vertical, horizontal]: Pair): Tensor {
  if (vertical === 1 && horizontal === 1) return kernel;
  const [kh = 1, kw = 1, a = 1, b = 1] = kernel.shape;
  const spread = tf.pad(tf.reshape(kernel, [kh, 1, kw, 1, a * b]), [
    [0, 0],
    [0, vertical - 1],
    [0, 0],
    [0, horizontal - 1],
    [0, 0],
  ]);
  const whole = tf.reshape(spread, [kh * vertical, kw * horizontal, a, b]);
  return tf.slice(whole, [0, 0, 0, 0], [(kh - 1) * vertical + 1, (kw - 1) * horizontal + 1, a, b]);
}
