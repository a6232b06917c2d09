import { z } from 'zod';
import type { RandomStream } from '../../core/random.js';
import type { Feeds } from '../../engine/engine.js';
import type { GraphNode } from '../../engine/graph/node.js';
import * as g from '../../engine/graph/ops.js';
import { rowSums, weightedTotal } from '../../engine/losses/rows.js';
import { squaredError } from '../../engine/losses/values.js';
import { forward, infer, type Network } from '../../engine/networks/network.js';
import { Adam } from '../../engine/optimisers/adam.js';
import type { Objective } from '../../engine/training/trainer.js';
import { ReverieError } from '../../core/errors.js';
import { autoencoderPart } from './autoencoder-part.js';
import type { AutoencoderDescription, TrainingRows } from './autoencoder-description.js';
import { classCodes, classCodeWidth, priorOfClasses } from './class-codes.js';
import { denseStack, type DenseOptions } from './dense-stacks.js';
import { initialOf, kernelPenalty, masks, total } from './layered.js';
import { learningRateOf } from './learning-rate.js';
import { classConditionalMmd, mmdWeights } from './class-conditional-mmd.js';
import { activation, hidden, latent, layerOptions, trainingOptions } from './options.js';
import { reconstructionBy } from './reconstruction.js';

export const noiseOf = ['class', 'all'] as const;
const told = ['both', 'decoder'] as const;

export interface ConditionalOptions extends Omit<DenseOptions, 'codeActivation'> {
  /** κ ≥ 0: weight of the codes' distance from noise, beside the loss of a row. */
  readonly noiseWeight: number;
  /** Whose codes are held to N(0, I): those of each class, or all together. */
  readonly noiseOf: (typeof noiseOf)[number];
  /** σ ≥ 0 of the noise on codes while it trains. */
  readonly codeNoise: number;
  /** Who is told the class: encoder and decoder, or the decoder alone. */
  readonly told: (typeof told)[number];
}

/** The ways of a batch through a conditional autoencoder. */
interface Ways {
  /** In the order in which their variables are drawn. */
  readonly networks: readonly Network[];
  /** Code μ and guess ĉ in training: x [batch, width], classes [batch, classCodeWidth]. */
  readonly encoded: (x: GraphNode, classes: GraphNode) => Encoded;
  /** [μ, ĉ] of x alone. */
  readonly encode: (x: GraphNode) => GraphNode;
}

interface Encoded {
  readonly mean: GraphNode;
  readonly guess: GraphNode;
  readonly updates: Objective['updates'];
}

/**
 * An autoencoder that is told the class. Its encoder gives a code μ, beside it stands a guess ĉ of the class's code, and its
 * decoder makes a sample of the code, with noise, and of the code c of the class:
 *
 *     L = Σᵣ wᵣ·(loss(targetᵣ, D(zᵣ, cᵣ)) + ‖ĉᵣ − cᵣ‖²) + κ·Σ_y p_y·MMD²(z | y, N(0, I)),   z = μ + σ·ε
 *
 * Codes are held to N(0, I) class by class, so that noise and a class are seeds enough: nothing needs to be kept of what
 * codes were like. Their own noise fills the room between the codes of samples, which a batch is too small to show.
 *
 * Told `both`, the encoder sees [x, c] and a network of its own guesses ĉ of x (study guide, section 1.8); told `decoder`, the
 * encoder sees x and gives [μ, ĉ]. Nobody tells the class of what is walked upon: then AE(x) = D(μ, ĉ), ĉ standing for c, and
 * its code is [μ, ĉ].
 */
export function conditionalAutoencoder(options: ConditionalOptions, width: number): AutoencoderDescription {
  const { latent, hidden, noiseWeight, codeNoise } = options;
  const code = latent + classCodeWidth;
  const decoder = denseStack('decoder', [code, ...[...hidden].reverse(), width], options);
  const ways = options.told === 'both' ? bothTold(options, width, decoder) : decoderTold(options, width, decoder);
  const { output, rows: rowLosses, values, warnings } = reconstructionBy(options);
  const decay = kernelPenalty(ways.networks, options.weightDecay);
  const decode = (z: GraphNode): GraphNode => output(infer(decoder, z));
  return {
    ...{ width, codeWidth: code, outputs: values, warnings, encode: ways.encode, decode },
    initial: (random) => initialOf(ways.networks, random, options.initialisation),
    optimiser: new Adam({ learningRate: learningRateOf(options.learningRate) }),
    objective: (batch) => {
      const [weights, classes] = [g.feed('weights', [batch]), g.feed('classes', [batch, classCodeWidth])];
      const { mean, guess, updates } = ways.encoded(g.feed('x', [batch, width]), classes);
      const blur = (): GraphNode => g.mul(g.feed('codeNoise', [batch, latent]), g.constant(codeNoise));
      const z = codeNoise > 0 ? g.add(mean, blur()) : mean;
      const rebuilt = forward(decoder, g.concat([z, classes], 1), 'training');
      const rows = g.add(
        rowLosses(rebuilt.output, g.feed('target', [batch, width])),
        rowSums(squaredError(guess, classes)),
      );
      const noise = g.feed('noise', [batch, latent]);
      const mmd = classConditionalMmd(z, noise, g.feed('mmdRows', [batch]), g.feed('mmdPairs', [batch, batch]));
      const held = g.mul(mmd, g.constant(noiseWeight));
      return { loss: total([weightedTotal(rows, weights), held, decay]), updates: { ...updates, ...rebuilt.updates } };
    },
    feeds: (rows, random) => feedsOf(rows, random, options, ways.networks),
    samplePrior: (count, random, classes) => priorOfClasses(classes, latent, count, random),
    told: (classes) => {
      const book = g.constant(classCodes(classes), [classes.length, classCodeWidth]);
      return {
        summary: "The memory's decoder: turns noise into samples of the class that it is told.",
        inputs: {
          code: 'Codes, one a row: draws from N(0, I).',
          class: 'A column for each class: 1 for the one that the sample is to be of, 0 for the others.',
        },
        outputs: { sample: `Samples, one a row, ${values}.` },
        classes,
        graph: (rows) => {
          const chosen = g.matMul(g.feed('class', [rows, classes.length]), book);
          return { sample: decode(g.concat([g.feed('code', [rows, latent]), chosen], 1)) };
        },
      };
    },
  };
}

function decoderTold(options: ConditionalOptions, width: number, decoder: Network): Ways {
  const { latent, hidden } = options;
  const encoder = denseStack('encoder', [width, ...hidden, latent + classCodeWidth], options);
  return {
    networks: [encoder, decoder],
    encode: (x) => infer(encoder, x),
    encoded: (x) => {
      const { output, updates } = forward(encoder, x, 'training');
      const [batch = 1] = output.shape;
      const mean = g.slice(output, [0, 0], [batch, latent]);
      return { mean, guess: g.slice(output, [0, latent], [batch, classCodeWidth]), updates };
    },
  };
}

function bothTold(options: ConditionalOptions, width: number, decoder: Network): Ways {
  const { latent, hidden } = options;
  const encoder = denseStack('encoder', [width + classCodeWidth, ...hidden, latent], options);
  const guesser = denseStack('guesser', [width, ...hidden, classCodeWidth], options);
  return {
    networks: [encoder, decoder, guesser],
    encode: (x) => {
      const guess = infer(guesser, x);
      return g.concat([infer(encoder, g.concat([x, guess], 1)), guess], 1);
    },
    encoded: (x, classes) => {
      const guessed = forward(guesser, x, 'training');
      const { output: mean, updates } = forward(encoder, g.concat([x, classes], 1), 'training');
      return { mean, guess: guessed.output, updates: { ...updates, ...guessed.updates } };
    },
  };
}

function feedsOf(
  { count, x, target, weights, labels }: TrainingRows,
  random: RandomStream,
  options: ConditionalOptions,
  networks: readonly Network[],
): Feeds {
  if (labels === undefined) {
    throw new ReverieError(
      'bad-data',
      'a conditional autoencoder is to be told classes, and these rows have no labels; give it labelled rows, or take a ' +
        'member of the family that learns without',
    );
  }
  const normals = (): Float32Array => {
    const draws = new Float32Array(count * options.latent);
    random.fillNormal(draws);
    return draws;
  };
  const mmd = mmdWeights(options.noiseOf === 'class' ? labels : new Int32Array(count), weights);
  return {
    ...{ x, target, weights, noise: normals(), mmdRows: mmd.rows, mmdPairs: mmd.pairs },
    ...(options.codeNoise > 0 && { codeNoise: normals() }),
    ...masks(networks, count, random),
    classes: classCodes(labels),
  };
}

export const conditional = autoencoderPart({
  summary: 'An autoencoder that is told the class and whose codes are held to noise: for dreams without statistics.',
  options: z.strictObject({
    ...{ hidden, activation, ...layerOptions, ...trainingOptions },
    latent: latent.unwrap().default(16).describe('Values per code, the class aside: the bottleneck.'),
    noiseWeight: z
      .number()
      .min(0)
      .default(300)
      .describe("Weight of the codes' distance from N(0, I), class by class, beside the loss of a row."),
    noiseOf: z
      .enum(noiseOf)
      .default('class')
      .describe('Whose codes are held to N(0, I): those of each class, or all together, for comparison.'),
    codeNoise: z.number().min(0).max(1).default(0).describe('σ of the noise on codes while it trains.'),
    told: z
      .enum(told)
      .default('both')
      .describe('Who is told the class: encoder and decoder, or the decoder alone, with fewer parameters.'),
  }),
  describe: (options, { width }) => conditionalAutoencoder(options, width),
});
