import { z } from 'zod';
import type { Layer } from '../../engine/networks/layer.js';
import { variables, type Network } from '../../engine/networks/network.js';
import { autoencoderPart } from './autoencoder-part.js';
import { denseEncoderDecoder } from './dense-stacks.js';
import { layered, type EncoderDecoder } from './layered.js';
import { denseOptions } from './options.js';

/**
 * An autoencoder of tied weights: the decoder's kernels are the encoder's, transposed and in reverse, so that it has half
 * of the weights (Vincent et al. 2010, section 2.1); biases are its own.
 */
export const tied = autoencoderPart({
  summary: "An autoencoder of tied weights: its decoder's kernels are those of its encoder, transposed.",
  options: z.strictObject(denseOptions),
  describe: (options, { width }) =>
    layered(tiedEncoderDecoder(denseEncoderDecoder(options, width)), { width, codeWidth: options.latent }, options),
});

function tiedEncoderDecoder({ encoder, decoder }: EncoderDecoder): EncoderDecoder {
  const kernels = variables(encoder).trainable.filter(({ name }) => name.endsWith('/kernel'));
  const transposed = kernels
    .map(({ name }) => name)
    .reverse()
    [Symbol.iterator]();
  const layers = decoder.layers.map((layer): Layer => {
    const transposeOf = layer.kind === 'dense' ? transposed.next().value : undefined;
    return transposeOf === undefined ? layer : { ...layer, ...{ transposeOf } };
  });
  return { encoder, decoder: { ...decoder, layers } satisfies Network };
}
