import { z } from 'zod';
import { ReverieError } from '../../core/errors.js';
import { formatShape, sizeOf, type Shape } from '../../core/tensor.js';
import type { Layer } from '../../engine/networks/layer.js';
import { autoencoderPart } from './autoencoder.js';
import {
  activated,
  behindHidden,
  layered,
  type DenseOptions,
  type HiddenLayers,
  type EncoderDecoder,
} from './layered.js';
import { activation, codeActivation, latent, layerOptions, trainingOptions } from './options.js';

/** As convolutions take it; samples have their channels last. */
type Image = readonly [channels: number, height: number, width: number];

type LayerOptions = HiddenLayers & Pick<DenseOptions, 'latent' | 'codeActivation'>;

interface Convolutions {
  readonly channels: readonly number[];
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

/**
 * A convolutional autoencoder (Masci et al. 2011, with strides in place of pooling): strided convolutions and a dense
 * layer to the code, a dense layer and transposed convolutions back to the very same sizes.
 */
export const convolutional = autoencoderPart({
  summary: 'A convolutional autoencoder: strided convolutions to the code, transposed ones back.',
  options: z.strictObject({
    ...{ latent, activation, codeActivation, ...layerOptions, ...trainingOptions },
    channels: z
      .array(z.int().min(1))
      .min(1)
      .max(10)
      .default([16, 32])
      .describe('Channels behind each convolution; the transposed ones have them in reverse.'),
    kernel: z.int().min(1).default(3).describe('Height and width of the kernels.'),
    stride: z.int().min(1).default(2).describe('By how many rows and columns a kernel moves on.'),
    padding: z
      .int()
      .min(0)
      .optional()
      .describe('Zeros around an image; half of the kernel, rounded down, if not given.'),
  }),
  describe: ({ padding, channels, kernel, stride, ...options }, { shape, width }) => {
    const convolutions = { channels, kernel, stride, padding: padding ?? Math.floor(kernel / 2) };
    return layered(
      convolutionalEncoderDecoder(imageOf(shape), convolutions, options),
      { width, codeWidth: options.latent },
      options,
    );
  },
});

/** Of a sample [height, width] or [height, width, channels]; one without channels is grey. */
function imageOf(shape: Shape): Image {
  const [height, width, channels = 1] = shape;
  if ((shape.length === 2 || shape.length === 3) && height !== undefined && width !== undefined) {
    return [channels, height, width];
  }
  const what = `a convolutional autoencoder needs images, [height, width] or [height, width, channels]`;
  throw new ReverieError('bad-scenario', `${what}, and these samples are ${formatShape(shape)}; take deep or vanilla`);
}

function convolutionalEncoderDecoder(image: Image, convolutions: Convolutions, options: LayerOptions): EncoderDecoder {
  const { channels, kernel: size, stride, padding } = convolutions;
  const [depth, height, width] = image;
  const images = [image];
  for (const [place, count] of channels.entries())
    images.push(convolved(images.at(-1) ?? image, count, place, convolutions));
  const smallest = images.at(-1) ?? image;
  const behind = behindHidden(options);
  const strided = channels.flatMap((count): readonly Layer[] => [
    { kind: 'conv2d', channels: count, size, stride, padding },
    ...behind,
  ]);
  const spread = images.slice(0, -1).map((larger, place): Layer => {
    const smaller = images[place + 1] ?? larger;
    // What a stride left over, so that the sizes come out the same.
    const rest = (axis: 1 | 2): number => larger[axis] - ((smaller[axis] - 1) * stride - 2 * padding + size);
    return { kind: 'convTranspose2d', channels: larger[0], size, stride, padding, outputPadding: [rest(1), rest(2)] };
  });
  const encoder = {
    name: 'encoder',
    input: [sizeOf(image)],
    layers: [
      { kind: 'reshape', shape: [height, width, depth] },
      { kind: 'transpose', permutation: [2, 0, 1] },
      ...strided,
      { kind: 'flatten' },
      { kind: 'dense', units: options.latent },
    ],
  } as const;
  return {
    encoder: activated(encoder, options.codeActivation),
    decoder: {
      name: 'decoder',
      input: [options.latent],
      layers: [
        { kind: 'dense', units: sizeOf(smallest) },
        ...behind,
        { kind: 'reshape', shape: smallest },
        ...spread.reverse().flatMap((layer, i) => (i < spread.length - 1 ? [layer, ...behind] : [layer])),
        { kind: 'transpose', permutation: [1, 2, 0] },
        { kind: 'flatten' },
      ],
    },
  };
}

/** What a convolution makes of an image. */
function convolved(
  [, height, width]: Image,
  channels: number,
  place: number,
  { kernel, stride, padding }: Convolutions,
): Image {
  if (kernel > height || kernel > width) {
    const where = place === 0 ? 'the samples' : `what convolution ${place} leaves of them`;
    throw new ReverieError(
      'bad-scenario',
      `a convolutional autoencoder has kernels of ${kernel} × ${kernel}, and ${where} ${place === 0 ? 'are' : 'is'} ` +
        `${height} × ${width}: a kernel must not be larger than its image; take a smaller kernel, or fewer entries in channels`,
    );
  }
  const extent = (pixels: number): number => Math.floor((pixels + 2 * padding - kernel) / stride) + 1;
  return [channels, extent(height), extent(width)];
}
