import { z } from 'zod';
import { ReverieError } from '../../core/errors.js';
import { feed } from '../../engine/graph/ops.js';
import { autoencoderPart } from './autoencoder-part.js';
import { denseEncoderDecoder } from './dense-stacks.js';
import { corrupted, gaussianNoise, noisyForward } from './denoising.js';
import { layered } from './layered.js';
import { denseOptions } from './options.js';

const deviation = z.number().min(0).max(100).default(0);
const probability = z.number().min(0).max(1).default(0);

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
        preActivation: deviation.describe(
          'σ of the noise before the first activation, as Solinas et al. 2020 have it; not beside batchNorm or dropout.',
        ),
      })
      .prefault({ masking: 0.25 })
      .describe('What samples are corrupted by while it trains; a quarter of their values masked if not given.'),
  }),
  describe: ({ noise, ...options }, { width }) => {
    const { preActivation, ...corruption } = noise;
    if (preActivation > 0 && (options.batchNorm || options.dropout > 0)) {
      throw new ReverieError(
        'bad-scenario',
        'a denoising autoencoder has noise.preActivation for plain layers only, and here they have batchNorm or dropout; ' +
          'take one of the two out',
      );
    }
    const networks = denseEncoderDecoder(options, width);
    const units = options.hidden[0] ?? options.latent;
    const size = { width, codeWidth: options.latent };
    return layered(networks, size, options, {
      ...(preActivation > 0 && {
        encoderPass: (x, _weights, batch) => ({
          code: noisyForward(networks.encoder, x, feed('noise', [batch, units])),
        }),
      }),
      feeds: ({ x, count }, random) => ({
        x: corrupted(x, corruption, random),
        ...(preActivation > 0 && { noise: gaussianNoise(count * units, preActivation, random) }),
      }),
    });
  },
});
