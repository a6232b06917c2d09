import { z } from 'zod';
import { ReverieError } from '../../core/errors.js';
import { autoencoderPart } from './autoencoder-part.js';
import { denseEncoderDecoder } from './dense-stacks.js';
import { layered } from './layered.js';
import { withInputNoise } from './noise.js';
import { denseOptions } from './options.js';

const deviation = z.number().min(0).max(100).default(0);
const share = z.number().min(0).max(1);
const probability = share.default(0);

/** The noises of Solinas et al. 2020, section IV-D. */
export const uniform = share
  .exactOptional()
  .describe('Probability of a value to be replaced by one drawn from [0, 1); 0 if not given.');
export const preActivation = deviation.describe(
  'σ of the noise before the first activation; for layers without batchNorm and dropout.',
);

/**
 * A denoising autoencoder (Vincent et al. 2010; study guide, section 1.8): it is shown a corrupted x̃ and is to give back x.
 * Encoded and walked upon it knows no noise.
 */
export const denoising = autoencoderPart({
  summary: 'A denoising autoencoder: it is shown corrupted samples and is to give back what they were.',
  options: z.strictObject({
    ...denseOptions,
    noise: z
      .strictObject({
        gaussian: deviation.describe('σ of the noise on values.'),
        masking: probability.describe('Probability of a value to be set to 0.'),
        saltAndPepper: probability.describe('Probability of a value to be set to 0 or to 1.'),
        ...{ uniform, preActivation },
      })
      .prefault({ masking: 0.25 })
      .describe('What samples are corrupted by while it trains; a quarter of their values masked if not given.'),
  }),
  describe: ({ noise, ...options }, { width }) => {
    if (noise.preActivation > 0 && (options.batchNorm || options.dropout > 0)) {
      throw new ReverieError(
        'bad-scenario',
        'a denoising autoencoder has noise.preActivation for plain layers only, and here they have batchNorm or dropout; ' +
          'take one of the two out',
      );
    }
    const networks = denseEncoderDecoder(options, width);
    return layered(networks, { width, codeWidth: options.latent }, options, withInputNoise(networks, noise));
  },
});
