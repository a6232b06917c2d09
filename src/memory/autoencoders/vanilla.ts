import { z } from 'zod';
import { autoencoderPart } from './autoencoder-part.js';
import { denseEncoderDecoder } from './dense-stacks.js';
import { layered } from './layered.js';
import { denseOptions, hiddenWidths } from './options.js';

/** The standard autoencoder (study guide, sections 1.3 and 1.8): one hidden layer on either side of the code, or none. */
export const vanilla = autoencoderPart({
  summary: 'A standard autoencoder: one hidden layer on either side of the code.',
  options: z.strictObject({
    ...denseOptions,
    hidden: hiddenWidths.max(1).default([400]).describe('Width of the hidden layer on either side, or none.'),
  }),
  describe: (options, { width }) =>
    layered(denseEncoderDecoder(options, width), { width, codeWidth: options.latent }, options),
});
