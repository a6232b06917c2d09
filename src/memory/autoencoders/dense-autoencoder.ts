import type { Activation } from '../../engine/networks/activations.js';
import { feed } from '../../engine/graph/ops.js';
import type { AutoencoderDescription } from './autoencoder-description.js';
import { denseSides } from './dense-sides.js';
import { gaussianNoise, noisyForward, saltAndPeppered, type Denoising } from './denoising.js';
import { layered, usualTraining } from './layered.js';

export interface DenseAutoencoderOptions {
  /** Values per sample. */
  readonly width: number;
  /** Values per code: the bottleneck. Less than `width`, or nothing is lost and nothing can be dreamt. */
  readonly latent: number;
  /** Widths of the encoder's hidden layers; the decoder has them in reverse. */
  readonly hidden: readonly number[];
  /** Of the hidden layers. */
  readonly activation: Activation;
  /** Of the code; linear unless given. */
  readonly codeActivation?: Activation;
  readonly learningRate: number;
  /** What corrupts the input while it trains; nothing unless given. */
  readonly denoising?: Denoising;
}

/**
 * A fully connected lossy autoencoder for values in [0, 1]: logits out, binary cross-entropy summed over the values of a
 * row; plain, or denoising (section IV-D of Solinas et al. 2020).
 */
export function denseAutoencoder(options: DenseAutoencoderOptions): AutoencoderDescription {
  const { width, latent, hidden, denoising = { gaussian: 0, saltAndPepper: 0 } } = options;
  const { gaussian, saltAndPepper } = denoising;
  const firstUnits = hidden[0] ?? latent;
  const sides = denseSides({ codeActivation: 'linear', ...options }, width);
  return layered(
    sides,
    { width, codeWidth: latent },
    { ...usualTraining, ...options },
    {
      ...(gaussian > 0 && {
        passage: (x, _weights, batch) => ({
          code: noisyForward(sides.encoder, x, feed('noise', [batch, firstUnits])),
        }),
      }),
      feeds: ({ x, count }, random) => ({
        ...(saltAndPepper > 0 && { x: saltAndPeppered(x, saltAndPepper, random) }),
        ...(gaussian > 0 && { noise: gaussianNoise(count * firstUnits, gaussian, random) }),
      }),
    },
  );
}
