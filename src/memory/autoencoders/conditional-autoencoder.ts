import { z } from 'zod';
import type { RandomStream } from '../../core/random.js';
import type { Feeds } from '../../engine/engine.js';
import type { GraphNode } from '../../engine/graph/node.js';
import * as g from '../../engine/graph/ops.js';
import { rowSums, weightedTotal, squaredError } from '../../engine/losses.js';
import { forward, infer, type Network } from '../../engine/networks/network.js';
import { Adam } from '../../engine/optimisers/optimisers.js';
import type { Objective } from '../../engine/training/trainer.js';
import { ReverieError } from '../../core/errors.js';
import { renamedOption, learningRateOf, activation, hidden, latent, layerOptions, trainingOptions } from './options.js';
import { autoencoderPart, type AutoencoderDescription, type TrainingRows } from './autoencoder.js';
import { classCodes, classCodeWidth, priorOfClasses } from './classes.js';
import { denseStack, initialOf, masks, penaltyOfKernels, total } from './layered.js';
import { gaussianNoise } from './noise.js';
import { classConditionalMmd, mmdWeights } from './class-conditional-mmd.js';
import { reconstructionBy } from './reconstruction.js';

const mmdScope = ['class', 'all'] as const;
const conditioning = ['both', 'decoder'] as const;

const conditionalOptions = z.strictObject({
  ...{ hidden, activation, ...layerOptions, ...trainingOptions },
  latent: latent.unwrap().default(16).describe('Values per code, the class aside: the bottleneck.'),
  ...{
    noiseWeight: renamedOption('"mmdWeight"'),
    noiseOf: renamedOption('"mmdScope"'),
    told: renamedOption('"conditioning"'),
  },
  mmdWeight: z
    .number()
    .min(0)
    .default(300)
    .describe('Weight of the maximum mean discrepancy between codes and N(0, I), next to the loss of a row.'),
  mmdScope: z
    .enum(mmdScope)
    .default('class')
    .describe('Whose codes are held to N(0, I): those of each class, or all together, for comparison.'),
  codeNoise: z.number().min(0).max(1).default(0).describe('σ of the noise on codes while it trains.'),
  conditioning: z
    .enum(conditioning)
    .default('both')
    .describe('What is conditioned on the class: encoder and decoder, or the decoder alone, with fewer parameters.'),
});

export type ConditionalOptions = z.output<typeof conditionalOptions>;

/** The branches of a batch through a conditional autoencoder. */
interface Branches {
  /** In the order in which their variables are drawn. */
  readonly networks: readonly Network[];
  /** Code μ and predicted class ĉ in training: x [batch, width], classes [batch, classCodeWidth]. */
  readonly encoded: (x: GraphNode, classes: GraphNode) => Encoded;
  /** [μ, ĉ] of x alone. */
  readonly encode: (x: GraphNode) => GraphNode;
}

interface Encoded {
  readonly mean: GraphNode;
  readonly predictedClass: GraphNode;
  readonly updates: Objective['updates'];
}

/**
 * An autoencoder conditioned on the class. Its encoder gives a code μ and a prediction ĉ of the class's code, and its
 * decoder makes a sample of the code, with noise, and of the code c of the class:
 *
 *     L = Σᵣ wᵣ·(loss(targetᵣ, D(zᵣ, cᵣ)) + ‖ĉᵣ − cᵣ‖²) + κ·Σ_y p_y·MMD²(z | y, N(0, I)),   z = μ + σ·ε
 *
 * Codes are held to N(0, I) class by class, so that N(0, I) and a class are a latent prior; noise fills the room
 * between the codes of samples. With conditioning of `both`, the encoder sees [x, c] and a network of its own predicts
 * ĉ from x (study guide, section 1.8); of the `decoder` alone, the encoder sees x and gives [μ, ĉ]. Walked upon, where
 * the class is not known, AE(x) = D(μ, ĉ), and the code is [μ, ĉ].
 */
export function conditionalAutoencoder(options: ConditionalOptions, width: number): AutoencoderDescription {
  const { latent, hidden, mmdWeight, codeNoise } = options;
  const code = latent + classCodeWidth;
  const decoder = denseStack('decoder', [code, ...[...hidden].reverse(), width], options);
  const branches =
    options.conditioning === 'both'
      ? bothConditioned(options, width, decoder)
      : decoderConditioned(options, width, decoder);
  const { output, rows: rowLosses, values, warnings } = reconstructionBy(options);
  const decay = penaltyOfKernels(branches.networks, options.kernelPenalty);
  const decode = (z: GraphNode): GraphNode => output(infer(decoder, z));
  return {
    ...{ width, codeWidth: code, outputs: values, warnings, encode: branches.encode, decode },
    initial: (random) => initialOf(branches.networks, random, options.initialisation),
    optimiser: new Adam({ learningRate: learningRateOf(options.learningRate) }),
    objective: (batch) => {
      const [weights, classes] = [g.feed('weights', [batch]), g.feed('classes', [batch, classCodeWidth])];
      const { mean, predictedClass, updates } = branches.encoded(g.feed('x', [batch, width]), classes);
      const blur = (): GraphNode => g.mul(g.feed('codeNoise', [batch, latent]), g.constant(codeNoise));
      const z = codeNoise > 0 ? g.add(mean, blur()) : mean;
      const rebuilt = forward(decoder, g.concat([z, classes], 1), 'training');
      const rows = g.add(
        rowLosses(rebuilt.output, g.feed('target', [batch, width])),
        rowSums(squaredError(predictedClass, classes)),
      );
      const noise = g.feed('noise', [batch, latent]);
      const mmd = classConditionalMmd(z, noise, g.feed('mmdRows', [batch]), g.feed('mmdPairs', [batch, batch]));
      const held = g.mul(mmd, g.constant(mmdWeight));
      return { loss: total([weightedTotal(rows, weights), held, decay]), updates: { ...updates, ...rebuilt.updates } };
    },
    feeds: (rows, random) => feedsOf(rows, random, options, branches.networks),
    samplePrior: (count, random, classes) => priorOfClasses(classes, latent, count, random),
    conditionedDecoder: (classes) => {
      const book = g.constant(classCodes(classes), [classes.length, classCodeWidth]);
      return {
        summary: "The memory's decoder: turns noise into samples of the given class.",
        inputs: {
          code: 'Codes, one a row: draws from N(0, I).',
          class: 'A column for each class: 1 for the one that the sample is to be of, 0 for the others.',
        },
        outputs: { sample: `Samples, one a row, ${values}.` },
        sampleOutputs: ['sample'],
        classes,
        graph: (rows) => {
          const chosen = g.matMul(g.feed('class', [rows, classes.length]), book);
          return { sample: decode(g.concat([g.feed('code', [rows, latent]), chosen], 1)) };
        },
      };
    },
  };
}

function decoderConditioned(options: ConditionalOptions, width: number, decoder: Network): Branches {
  const { latent, hidden } = options;
  const encoder = denseStack('encoder', [width, ...hidden, latent + classCodeWidth], options);
  return {
    networks: [encoder, decoder],
    encode: (x) => infer(encoder, x),
    encoded: (x) => {
      const { output, updates } = forward(encoder, x, 'training');
      const [batch = 1] = output.shape;
      const mean = g.slice(output, [0, 0], [batch, latent]);
      return { mean, predictedClass: g.slice(output, [0, latent], [batch, classCodeWidth]), updates };
    },
  };
}

function bothConditioned(options: ConditionalOptions, width: number, decoder: Network): Branches {
  const { latent, hidden } = options;
  const encoder = denseStack('encoder', [width + classCodeWidth, ...hidden, latent], options);
  const classPredictor = denseStack('class-predictor', [width, ...hidden, classCodeWidth], options);
  return {
    networks: [encoder, decoder, classPredictor],
    encode: (x) => {
      const predictedClass = infer(classPredictor, x);
      return g.concat([infer(encoder, g.concat([x, predictedClass], 1)), predictedClass], 1);
    },
    encoded: (x, classes) => {
      const predicted = forward(classPredictor, x, 'training');
      const { output: mean, updates } = forward(encoder, g.concat([x, classes], 1), 'training');
      return { mean, predictedClass: predicted.output, updates: { ...updates, ...predicted.updates } };
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
      'a conditional autoencoder needs the class of each row, and these rows have no labels; give it labelled rows, or take a ' +
        'member of the family that learns without',
    );
  }
  const normals = (): Float32Array => gaussianNoise(count * options.latent, random);
  const mmd = mmdWeights(options.mmdScope === 'class' ? labels : new Int32Array(count), weights);
  return {
    ...{ x, target, weights, noise: normals(), mmdRows: mmd.rows, mmdPairs: mmd.pairs },
    ...(options.codeNoise > 0 && { codeNoise: normals() }),
    ...masks(networks, count, random),
    classes: classCodes(labels),
  };
}

export const conditional = autoencoderPart({
  summary: 'An autoencoder conditioned on the class, its codes held to N(0, I): for dreams without statistics.',
  options: conditionalOptions,
  describe: (options, { width }) => conditionalAutoencoder(options, width),
});
