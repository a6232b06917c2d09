import type * as TensorFlow from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { Conv2d, Conv2dKernelGrad, ConvTranspose2d, Pair, Pooling, Sides } from '../graph/node.js';
import { paddingOfKernelGrad } from '../graph/ops/spatial.js';

type Tf = typeof TensorFlow;

/*
 * Graphs are in the layout [n, c, h, w]; the kernels of TensorFlow.js, on all its backends, want [n, h, w, c]. Each op
 * on images transposes its operands on the way in and its result on the way out. Padding is put around the image first:
 * no backend has kernels that take all of it.
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
  const filter = dilated(tf, tf.transpose(kernel as Tensor4D, [2, 3, 1, 0]), dilations);
  // Padding of a convolution is a border of its transposed one that is computed and dropped.
  const extent = (axis: 0 | 1, after: number): number =>
    ((x.shape[2 + axis] ?? 1) - 1) * strides[axis] + filter.shape[axis] + Math.max(outputPadding[axis] - after, 0);
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

/**
 * The same as a convolution: of the image with stride − 1 zeros between its pixels, with the kernel turned by 180°, at
 * stride 1.
 */
export function convTranspose2dByConvolution(tf: Tf, x: Tensor, kernel: Tensor, node: ConvTranspose2d): Tensor {
  const { strides, dilations, padding, shape } = node;
  const [, , kh = 1, kw = 1] = kernel.shape;
  const [n = 1, , height = 1, width = 1] = shape;
  const stuffed = spread(tf, channelsLast(tf, x), strides);
  const reach = [dilations[0] * (kh - 1), dilations[1] * (kw - 1)] as const;
  // What the result needs of the stuffed image: where it begins and how much it is. Beyond the image are zeros.
  const framed = framedTo(
    tf,
    stuffed,
    [padding.top - reach[0], padding.left - reach[1]],
    [n, height + reach[0], width + reach[1], stuffed.shape[3]],
  );
  const y: Tensor = tf
    .engine()
    .runKernel(
      'Conv2D',
      { x: framed, filter: tf.reverse(tf.transpose(kernel, [2, 3, 0, 1]), [0, 1]) },
      { strides: [1, 1], dilations: [...dilations], pad: 'valid', dataFormat: 'NHWC' },
    );
  return channelsFirst(tf, y);
}

/**
 * As a convolution of x with dy, batch and channels exchanged in both, strides and dilations too; or by the kernel that
 * TensorFlow has for it, which knows no dilation.
 */
export function conv2dKernelGrad(tf: Tf, x: Tensor, dy: Tensor, node: Conv2dKernelGrad, hasKernel: boolean): Tensor {
  const { strides, dilations, padding, shape } = node;
  const [out = 1, channels = 1, kh = 1, kw = 1] = shape;
  if (hasKernel && dilations[0] === 1 && dilations[1] === 1) {
    const gradient: Tensor = tf
      .engine()
      .runKernel(
        'Conv2DBackpropFilter',
        { x: padded(tf, channelsLast(tf, x), padding, 0), dy: channelsLast(tf, dy) },
        { strides: [...strides], pad: 'valid', dataFormat: 'NHWC', filterShape: [kh, kw, channels, out] },
      );
    return tf.transpose(gradient, [3, 2, 0, 1]);
  }
  const taps: Tensor = tf.engine().runKernel(
    'Conv2D',
    {
      x: padded(tf, tf.transpose(x as Tensor4D, [1, 2, 3, 0]), paddingOfKernelGrad(node), 0),
      filter: tf.transpose(dy, [2, 3, 0, 1]),
    },
    { strides: [...dilations], dilations: [...strides], pad: 'valid', dataFormat: 'NHWC' },
  );
  return tf.transpose(tf.slice(taps, [0, 0, 0, 0], [channels, kh, kw, out]), [3, 0, 1, 2]);
}

/** The kernel [kh, kw, in, out] with zeros between its taps; the backends' transposed convolutions know no dilation. */
function dilated(tf: Tf, kernel: Tensor4D, [vertical, horizontal]: Pair): Tensor4D {
  const [kh, kw, a, b] = kernel.shape;
  const whole = spread(tf, tf.reshape(kernel, [1, kh, kw, a * b]), [vertical, horizontal]);
  return tf.reshape(tf.slice(whole, [0, 0, 0, 0], [1, (kh - 1) * vertical + 1, (kw - 1) * horizontal + 1, a * b]), [
    (kh - 1) * vertical + 1,
    (kw - 1) * horizontal + 1,
    a,
    b,
  ]);
}

/** [n, h, w, c] → [n, h·vertical, w·horizontal, c] with zeros after each row and after each pixel. */
function spread(tf: Tf, image: Tensor4D, [vertical, horizontal]: Pair): Tensor4D {
  if (vertical === 1 && horizontal === 1) return image;
  const [n, h, w, c] = image.shape;
  // As matrices: the more axes, the slower the padding.
  const pixels = tf.pad(tf.reshape(image, [n * h * w, c]), [
    [0, 0],
    [0, (horizontal - 1) * c],
  ]);
  const row = w * horizontal * c;
  const rows = tf.pad(tf.reshape(pixels, [n * h, row]), [
    [0, 0],
    [0, (vertical - 1) * row],
  ]);
  return tf.reshape(rows, [n, h * vertical, w * horizontal, c]);
}

/** The part of an image that begins at row and column `begin` and has this shape, zeros where the image is not. */
function framedTo(tf: Tf, image: Tensor4D, begin: Pair, shape: Tensor4D['shape']): Tensor4D {
  const along = (axis: 0 | 1) => {
    const [extent, wanted, from] = [image.shape[axis + 1] ?? 1, shape[axis + 1] ?? 1, begin[axis]];
    const [first, end] = [Math.max(from, 0), Math.min(from + wanted, extent)];
    return { first, size: end - first, before: Math.max(-from, 0), after: Math.max(from + wanted - extent, 0) };
  };
  const [rows, columns] = [along(0), along(1)];
  const kept = tf.slice(
    image,
    [0, rows.first, columns.first, 0],
    [image.shape[0], rows.size, columns.size, image.shape[3]],
  );
  return padded(tf, kept, { top: rows.before, bottom: rows.after, left: columns.before, right: columns.after }, 0);
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
