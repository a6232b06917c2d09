import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Tf } from '../executors/tfjs-ops.js';

/**
 * How a network wants its pixels, by the names of Keras's `imagenet_utils.preprocess_input` where it has one; all from
 * values in [0, 1]:
 *
 * - `caffe`: 0 … 255, blue first, less the mean of ImageNet (103.939, 116.779, 123.68): what ResNet-50 of Keras wants
 * - `tf`: −1 … 1
 * - `torch`: less the mean (0.485, 0.456, 0.406), divided by the deviation (0.229, 0.224, 0.225)
 * - `unit`: 0 … 1, as it is
 */
export const preprocessings = ['caffe', 'tf', 'torch', 'unit'] as const;
export type Preprocessing = (typeof preprocessings)[number];

/** Height, width and channels of an image. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * Images as a network wants them: [n, h, w, c] in [0, 1] → [n, to.height, to.width, to.channels]. Resized bilinearly with
 * half-pixel centres, as TensorFlow 2's `tf.image.resize` does; a grey image is repeated for three channels.
 */
export function preprocessed(tf: Tf, images: Tensor4D, to: ImageShape, how: Preprocessing): Tensor4D {
  const [, height, width, channels] = images.shape;
  const coloured: Tensor4D = channels === to.channels ? images : tf.tile(images, [1, 1, 1, to.channels]);
  const sized =
    height === to.height && width === to.width
      ? coloured
      : tf.image.resizeBilinear(coloured, [to.height, to.width], false, true);
  switch (how) {
    case 'caffe':
      return tf.sub(tf.mul(tf.reverse(sized, -1), 255), tf.tensor1d([103.939, 116.779, 123.68]));
    case 'tf':
      return tf.sub(tf.mul(sized, 2), 1);
    case 'torch':
      return tf.div(tf.sub(sized, tf.tensor1d([0.485, 0.456, 0.406])), tf.tensor1d([0.229, 0.224, 0.225]));
    case 'unit':
      return sized;
  }
}
