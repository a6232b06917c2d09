import { z } from 'zod';
import { autoencoderPart } from './autoencoder.js';
import { denseEncoderDecoder, layered, type EncoderDecoder } from './layered.js';
import { denseOptions, hiddenWidths, latent, trainingOptions } from './options.js';
import type { Layer } from '../../engine/networks/layer.js';
import { variables, forward, type Network } from '../../engine/networks/network.js';
import { ReverieError } from '../../core/errors.js';
import type { GraphNode } from '../../engine/graph/node.js';
import { abs, constant, mul, reshape, sum } from '../../engine/graph/ops.js';
import { bernoulliKl, rowSums, weightedTotal } from '../../engine/losses.js';
import { jacobianActivations, encodeWithJacobianNorm } from './jacobian-norm.js';
import { withInputNoise } from './noise.js';

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
