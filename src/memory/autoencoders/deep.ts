import { z } from 'zod';
import { autoencoderPart } from './autoencoder-part.js';
import { denseEncoderDecoder } from './dense-stacks.js';
import { layered } from './layered.js';
import { denseOptions, hiddenWidths } from './options.js';

/** A deep autoencoder (study guide, section 2); the widths by default are those of its example for MNIST, section 1.3. */
export const deep = autoencoderPart({
  summary: 'A deep autoencoder: two hidden layers or more on either side of the code.',
  options: z.strictObject({
    ...denseOptions,
    hidden: hiddenWidths
      .min(2)
      .default([256, 128])
      .describe("Widths of the encoder's hidden layers; the decoder has them in reverse."),
  }),
  describe: (options, { width }) =>
    layered(denseEncoderDecoder(options, width), { width, codeWidth: options.latent }, options),
});
