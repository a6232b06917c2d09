import { z } from 'zod';
import { ReverieError } from '../../core/errors.js';
import type { GraphNode } from '../../engine/graph/node.js';
import { abs, constant, mul, reshape, sum } from '../../engine/graph/ops.js';
import { bernoulliKl } from '../../engine/losses/codes.js';
import { rowSums, weightedTotal } from '../../engine/losses/rows.js';
import { forward } from '../../engine/networks/network.js';
import { autoencoderPart } from './autoencoder-part.js';
import { denseEncoderDecoder } from './dense-stacks.js';
import { layered } from './layered.js';
import { denseOptions } from './options.js';

/**
 * Σⱼ KL(ρ ‖ ρ̂ⱼ) over the units of the code, ρ̂ⱼ = Σᵣ wᵣ·zᵣⱼ being the mean activity of unit j over the batch (study guide,
 * section 1.8).
 *
 * @param code z in [0, 1], [batch, units]; @param weights of the rows, [batch], summing to 1; @param rho ρ in (0, 1)
 */
export function meanActivityPenalty(code: GraphNode, weights: GraphNode, rho: number): GraphNode {
  const activity = sum(mul(code, reshape(weights, [...weights.shape, 1])), [0]);
  return sum(bernoulliKl(activity, rho));
}

/** Σᵣ wᵣ·Σⱼ |zᵣⱼ|: with it each sample, not each unit, has few active units. */
function codeSizePenalty(code: GraphNode, weights: GraphNode): GraphNode {
  return weightedTotal(rowSums(abs(code)), weights);
}

/** A sparse autoencoder: L = reconstruction + λ·penalty on the code. */
export const sparse = autoencoderPart({
  summary: 'A sparse autoencoder: few units of its code are active, by KL divergence to a mean activity or by L1.',
  options: z.strictObject({
    ...denseOptions,
    codeActivation: denseOptions.codeActivation
      .unwrap()
      .optional()
      .describe('Of the code; sigmoid for penalty kl, which needs it, and relu for l1 if not given.'),
    penalty: z
      .enum(['kl', 'l1'])
      .default('kl')
      .describe("kl: each unit's mean activity is to be rho; l1: the sum of a code's absolute values is to be small."),
    rho: z.number().gt(0).lt(1).default(0.05).describe('Mean activity that penalty kl holds units to.'),
    sparsity: z.number().min(0).default(1).describe('λ: weight of the penalty next to the loss of a row.'),
  }),
  describe: ({ penalty, rho, sparsity, ...options }, { width }) => {
    const { codeActivation = penalty === 'kl' ? 'sigmoid' : 'relu' } = options;
    if (penalty === 'kl' && codeActivation !== 'sigmoid') {
      throw new ReverieError(
        'bad-scenario',
        `a sparse autoencoder's penalty "kl" is of activities between 0 and 1, and its codeActivation is ` +
          `"${codeActivation}"; take sigmoid, leave it out, or take penalty l1`,
      );
    }
    const networks = denseEncoderDecoder({ ...options, codeActivation }, width);
    return layered(networks, { width, codeWidth: options.latent }, options, {
      encoderPass: (x, weights) => {
        const { output: code, updates } = forward(networks.encoder, x, 'training');
        const much = penalty === 'kl' ? meanActivityPenalty(code, weights, rho) : codeSizePenalty(code, weights);
        return { code, updates, penalty: mul(much, constant(sparsity)) };
      },
    });
  },
});
