import { z } from 'zod';
import { ReverieError } from '../../core/errors.js';
import { sizeOf } from '../../core/tensor.js';
import type { Activation } from '../../engine/networks/activations.js';
import type { NetworkValues } from '../../engine/networks/initial.js';
import { variables, type Network } from '../../engine/networks/network.js';
import { renamedOption, hidden, latent } from './options.js';
import { autoencoderPart, type AutoencoderDescription } from './autoencoder.js';
import { denseEncoderDecoder, layered, usualTraining } from './layered.js';
import { preActivation, uniform } from './dense-members.js';
import { inputNoise, withInputNoise, type InputNoise } from './noise.js';

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
  readonly noise?: Partial<InputNoise>;
  /** First values of the output's bias, [width], such as {@link logOdds} of the samples' mean; zeros unless given. */
  readonly outputBias?: Float32Array;
}

/**
 * log(p/(1 − p)) of each probability: as the bias of a sigmoid it gives p whatever the code. An output that begins at the
 * mean of the samples is left to learn how they differ (Hinton 2010, "A practical guide to training restricted Boltzmann
 * machines", section 8). One that begins at ½ everywhere learns first that most pixels are dark, and the fastest way there
 * is through all hidden units at once: tanh units saturate, and may stay so for good (docs/studies/sampling-table.md).
 *
 * @param probabilities in (0, 1)
 */
export function logOdds(probabilities: Float32Array): Float32Array {
  return probabilities.map((p) => Math.log(p / (1 - p)));
}

/**
 * A fully connected lossy autoencoder for values in [0, 1]: logits out, binary cross-entropy summed over the values of a
 * row; plain, or denoising (section IV-D of Solinas et al. 2020).
 */
export function denseAutoencoder(options: DenseAutoencoderOptions): AutoencoderDescription {
  const { width, latent } = options;
  const networks = denseEncoderDecoder({ codeActivation: 'linear', ...options }, width);
  const training = { ...usualTraining, ...options };
  const variant = withInputNoise(networks, inputNoise(options.noise));
  const description = layered(networks, { width, codeWidth: latent }, training, variant);
  const { outputBias } = options;
  if (outputBias === undefined) return description;
  return {
    ...description,
    initial: (random) => withOutputBias(description.initial(random), networks.decoder, outputBias),
  };
}

/** The last variable of a decoder is its output's bias. */
function withOutputBias(values: NetworkValues, decoder: Network, bias: Float32Array): NetworkValues {
  const last = variables(decoder).trainable.at(-1);
  if (last === undefined) throw new Error(`the decoder "${decoder.name}" has no layers`);
  const { name, shape } = last;
  const width = sizeOf(shape);
  if (bias.length !== width) {
    const what = `an output of ${width} values has a bias of ${width}, and ${bias.length} were given`;
    throw new ReverieError('bad-shape', what);
  }
  return { ...values, trainable: { ...values.trainable, [name]: { shape, data: bias.slice() } } };
}

/** {@link denseAutoencoder} with the few options that the experiments of Solinas et al. 2020 need: the memory `autoencoder`. */
export const plain = autoencoderPart({
  summary: 'A lossy autoencoder that is walked upon to dream what it learnt.',
  options: z.strictObject({
    latent,
    hidden,
    activation: z.enum(['relu', 'tanh']).default('relu').describe('Of the hidden layers.'),
    codeActivation: z
      .enum(['linear', 'relu', 'tanh'])
      .default('linear')
      .describe('Of the code; the autoencoders of Solinas et al. 2020 have that of their hidden layers here too.'),
    noise: z
      .strictObject({ uniform, preActivation })
      .prefault({})
      .describe('Noise on what the autoencoder is shown while it trains; none if not given.'),
    denoising: renamedOption('"noise", with "preActivation" for its gaussian and "uniform" for its saltAndPepper,'),
    learningRate: z.number().positive().default(0.001),
  }),
  describe: ({ noise, ...options }, { width }) => denseAutoencoder({ ...options, noise, width }),
});
