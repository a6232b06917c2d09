import { z } from 'zod';
import { constant, mul } from '../../engine/graph/ops.js';
import { weightedTotal } from '../../engine/losses/rows.js';
import { autoencoderPart } from './autoencoder-part.js';
import { denseEncoderDecoder } from './dense-stacks.js';
import { jacobianActivations, encodeWithJacobianNorm } from './jacobian-norm.js';
import { layered } from './layered.js';
import { hiddenWidths, latent, trainingOptions } from './options.js';

/**
 * A contractive autoencoder (Rifai et al. 2011): L = reconstruction + λ·Σᵣ wᵣ·‖∂E(xᵣ)/∂x‖²_F, exact at any depth. It has no
 * dropout and no batch normalisation: with them the norm would be that of another function than the encoder.
 */
export const contractive = autoencoderPart({
  summary: 'A contractive autoencoder: its code changes little where samples do, by the norm of its Jacobian.',
  options: z.strictObject({
    latent,
    hidden: hiddenWidths
      .default([])
      .describe(
        "Widths of the encoder's hidden layers, none as in the paper; each costs another product a code value.",
      ),
    activation: z.enum(jacobianActivations).default('sigmoid').describe('Of the hidden layers.'),
    codeActivation: z.enum(jacobianActivations).default('sigmoid').describe('Of the code.'),
    contraction: z.number().min(0).default(0.1).describe('λ: weight of the squared norm next to the loss of a row.'),
    ...trainingOptions,
  }),
  describe: ({ contraction, ...options }, { width }) => {
    const networks = denseEncoderDecoder(options, width);
    return layered(networks, { width, codeWidth: options.latent }, options, {
      encoderPass: (x, weights) => {
        const { output, norms } = encodeWithJacobianNorm(networks.encoder, x);
        return { code: output, penalty: mul(weightedTotal(norms, weights), constant(contraction)) };
      },
    });
  },
});
