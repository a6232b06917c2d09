import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { Sides } from '../graph/node.js';
import type { Tf } from './tfjs-ops.js';

/*
 * Graphs are in the layout [n, c, h, w]; the kernels of TensorFlow.js, on all its backends, want [n, h, w, c]. Each op
 * on images transposes its operands on the way in and its result on the way out. Padding is put around the image first:
 * no backend has kernels that take all of it.
 */

export function channelsLast(tf: Tf, x: Tensor): Tensor4D {
  // The graph has checked that images have four axes.
  return tf.transpose(x as Tensor4D, [0, 2, 3, 1]);
}

export function channelsFirst(tf: Tf, y: Tensor): Tensor {
  return tf.transpose(y, [0, 3, 1, 2]);
}

export function padded(tf: Tf, image: Tensor4D, { top, bottom, left, right }: Sides, value: number): Tensor4D {
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
