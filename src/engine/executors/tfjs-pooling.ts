import type { Tensor } from '@tensorflow/tfjs-core';
import type { Pooling } from '../graph/node.js';
import { channelsFirst, channelsLast, padded } from './tfjs-images.js';
import type { Tf } from './tfjs-ops.js';

export function maxPool2d(tf: Tf, x: Tensor, { size, strides, padding }: Pooling): Tensor {
  const image = padded(tf, channelsLast(tf, x), padding, -Infinity);
  return channelsFirst(tf, tf.maxPool(image, [...size], [...strides], 'valid'));
}

export function averagePool2d(tf: Tf, x: Tensor, { size, strides, padding }: Pooling): Tensor {
  const image = padded(tf, channelsLast(tf, x), padding, 0);
  return channelsFirst(tf, tf.avgPool(image, [...size], [...strides], 'valid'));
}
