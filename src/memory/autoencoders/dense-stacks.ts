import { ReverieError } from '../../core/errors.js';
import type { Activation } from '../../engine/networks/activations.js';
import type { Layer } from '../../engine/networks/layer.js';
import type { Network } from '../../engine/networks/network.js';
import type { EncoderDecoder, TrainingOptions } from './layered.js';

/** Of what the hidden layers of a fully connected network consist. */
export interface HiddenLayers {
  /** Of the hidden layers. */
  readonly activation: Activation;
  /** Whether hidden layers are normalised over the batch, between their product and their activation. */
  readonly batchNorm?: boolean;
  /** Rate, in [0, 1), at which hidden units are dropped in training; 0, the default, drops none. */
  readonly dropout?: number;
}

/** What the members of fully connected layers are described by. */
export interface DenseOptions extends HiddenLayers, TrainingOptions {
  /** Values per code: the bottleneck. */
  readonly latent: number;
  /** Widths of the encoder's hidden layers; the decoder has them in reverse. */
  readonly hidden: readonly number[];
  readonly codeActivation: Activation;
}

/**
 * The fully connected network of these widths, at least two: its last layer is linear.
 *
 * @throws bad-shape where a width is not a positive integer
 */
export function denseStack(name: string, widths: readonly number[], options: HiddenLayers): Network {
  const wrong = widths.find((width) => !(Number.isInteger(width) && width >= 1));
  if (wrong !== undefined) {
    const what = `the autoencoder's ${name} has widths ${widths.join(', ')}, and ${wrong} is not an integer of at least 1`;
    throw new ReverieError('bad-shape', `${what}; give its samples, hidden layers and code a value each or more`);
  }
  const [input = 0, ...units] = widths;
  const behind = behindHidden(options);
  const layers = units.flatMap((width, i): readonly Layer[] => {
    const dense = { kind: 'dense', units: width } as const;
    return i < units.length - 1 ? [dense, ...behind] : [dense];
  });
  return { name, input: [input], layers };
}

/** What comes behind the product or the convolution of a hidden layer. */
export function behindHidden({ activation, batchNorm = false, dropout = 0 }: HiddenLayers): readonly Layer[] {
  return [
    ...(batchNorm ? [{ kind: 'batchNorm' } as const] : []),
    { kind: 'activation', activation },
    ...(dropout > 0 ? [{ kind: 'dropout', rate: dropout } as const] : []),
  ];
}

/** A network with an activation on what it gives; linear is none. */
export function activated(network: Network, activation: Activation): Network {
  if (activation === 'linear') return network;
  return { ...network, layers: [...network.layers, { kind: 'activation', activation }] };
}

/** Encoder and decoder, each the other's mirror. */
export function denseEncoderDecoder(
  options: Pick<DenseOptions, 'latent' | 'hidden' | 'codeActivation'> & HiddenLayers,
  width: number,
): EncoderDecoder {
  const { latent, hidden, codeActivation } = options;
  return {
    encoder: activated(denseStack('encoder', [width, ...hidden, latent], options), codeActivation),
    decoder: denseStack('decoder', [latent, ...[...hidden].reverse(), width], options),
  };
}
