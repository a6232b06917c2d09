import { z } from 'zod';
import type { GraphNode } from '../../engine/graph/node.js';
import * as g from '../../engine/graph/ops.js';
import { gaussianKl } from '../../engine/losses.js';
import { forward, infer } from '../../engine/networks/network.js';
import { autoencoderPart, type AutoencoderPart } from './autoencoder.js';
import {
  betaOption,
  betaAt,
  activation,
  hidden,
  latent,
  layerOptions,
  trainingOptions,
  type BetaOption,
} from './options.js';
import { gaussianNoise } from './noise.js';
import { denseStack, layered, type EncoderDecoder } from './layered.js';

/** A variational autoencoder's ways to its code: by the mean alone, or by a draw around it. */
interface Posterior {
  /** μ, [batch, latent] */
  readonly mean: GraphNode;
  /** log σ², [batch, latent] */
  readonly logVariance: GraphNode;
}

/** The two heads of an encoder that gives [batch, 2·latent]: means, then log variances. */
function posteriorOf(encoded: GraphNode): Posterior {
  const [batch = 1, both = 2] = encoded.shape;
  const latent = both / 2;
  return {
    mean: g.slice(encoded, [0, 0], [batch, latent]),
    logVariance: boundedLogVariance(g.slice(encoded, [0, latent], [batch, latent])),
  };
}

/** |log σ²| up to which nothing is changed: σ from 5·10⁻⁵ to 2·10⁴. */
const linearUpTo = 20;

/**
 * v where |v| ≤ 20, and beyond ±(20 + log(1 + |v| − 20)): exp of it stays finite in float32, and its gradient never
 * vanishes, as it would behind a clamp.
 */
export function boundedLogVariance(v: GraphNode): GraphNode {
  const [limit, one] = [g.constant(linearUpTo), g.constant(1)];
  const size = g.abs(v);
  const beyond = g.add(limit, g.log(g.maximum(g.add(g.sub(size, limit), one), one)));
  const signed = g.where(g.greater(v, g.constant(0)), beyond, g.neg(beyond));
  return g.where(g.greater(size, limit), signed, v);
}

/** z = μ + σ·ε with σ = e^(½·log σ²) (Kingma & Welling 2014, section 2.4; study guide, section 3.4); ε is [batch, latent]. */
function reparameterised({ mean, logVariance }: Posterior, noise: GraphNode): GraphNode {
  return g.add(mean, g.mul(g.exp(g.mul(logVariance, g.constant(0.5))), noise));
}

/**
 * Σⱼ max(φ, Σᵣ wᵣ·KLᵣⱼ): the mean divergence of each value of the code over the batch, of which φ nats are free (Kingma et
 * al. 2016, "Improved variational inference with inverse autoregressive flow", equation 15).
 *
 * @param weights of the rows, [batch], summing to 1
 * @param freeBits φ ≥ 0, in nats
 */
function divergenceOf({ mean, logVariance }: Posterior, weights: GraphNode, freeBits: number): GraphNode {
  const rows = g.reshape(weights, [...weights.shape, 1]);
  const each = g.sum(g.mul(gaussianKl(mean, logVariance), rows), [0]);
  return g.sum(freeBits > 0 ? g.maximum(each, g.constant(freeBits)) : each);
}

/**
 * A variational autoencoder (Kingma & Welling 2014; Higgins et al. 2017 with β ≠ 1; study guide, section 3):
 *
 *     L = Σᵣ wᵣ·loss(targetᵣ, D(zᵣ)) + β·Σⱼ KL(N(μⱼ, σⱼ²) ‖ N(0, 1)),   z = μ + σ·ε
 *
 * Its code is μ, and draws from N(0, I) are seeds to decode. With loss `bce` and β = 1 this is the negative ELBO in nats;
 * with `mse` it is so for a Gaussian of variance ½ around what the decoder gives.
 */
function variationalPart(summary: string, beta: BetaOption): AutoencoderPart {
  return autoencoderPart({
    summary,
    options: z.strictObject({
      ...{ latent, hidden, activation, ...layerOptions, ...trainingOptions },
      beta: betaOption.default(beta),
      freeBits: z
        .number()
        .min(0)
        .default(0)
        .describe('Nats of divergence, of each value of the code, that cost nothing: it keeps codes in use.'),
    }),
    describe: ({ beta: annealed, freeBits, ...options }, { width }) => {
      const { latent: codeWidth, hidden: widths } = options;
      const networks: EncoderDecoder = {
        encoder: denseStack('encoder', [width, ...widths, 2 * codeWidth], options),
        decoder: denseStack('decoder', [codeWidth, ...[...widths].reverse(), width], options),
      };
      return layered(networks, { width, codeWidth }, options, {
        encoderPass: (x, weights, batch) => {
          const { output, updates } = forward(networks.encoder, x, 'training');
          const posterior = posteriorOf(output);
          const penalty = g.mul(divergenceOf(posterior, weights, freeBits), g.feed('beta', []));
          return { code: reparameterised(posterior, g.feed('noise', [batch, codeWidth])), updates, penalty };
        },
        encode: (x) => posteriorOf(infer(networks.encoder, x)).mean,
        feeds: ({ count, step }, random) => ({
          noise: gaussianNoise(count * codeWidth, random),
          beta: Float32Array.of(betaAt(annealed, step)),
        }),
        samplePrior: (count, random) => gaussianNoise(count * codeWidth, random),
      });
    },
  });
}

export const variational = variationalPart(
  'A variational autoencoder: codes are drawn around a mean and held to N(0, I), so that noise can be decoded.',
  1,
);

/** The same with another β by default: that of Higgins et al. 2017 for disentangled codes. */
export const betaVariational = variationalPart(
  'A variational autoencoder whose codes are held to N(0, I) the more: β is 4 if not given.',
  4,
);
