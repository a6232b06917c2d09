import type { RandomStream } from '../../core/random.js';
import type { Feeds } from '../../engine/engine.js';
import type { GraphNode } from '../../engine/graph/node.js';
import { abs, add, constant, feed, mul, square, sum } from '../../engine/graph/ops.js';
import { weightedTotal } from '../../engine/losses.js';
import { initial, type Initialisation, type NetworkValues } from '../../engine/networks/initial.js';
import { dropoutFeeds, forward, infer, variables, type Network } from '../../engine/networks/network.js';
import { Adam } from '../../engine/optimisers/optimisers.js';
import { learningRateOf, type LearningRateOption } from './options.js';
import type { AutoencoderDescription, TrainingRows } from './autoencoder.js';
import { reconstructionBy, type ReconstructionOptions } from './reconstruction.js';
import { ReverieError } from '../../core/errors.js';
import type { Activation } from '../../engine/networks/activations.js';
import type { Layer } from '../../engine/networks/layer.js';

/** How an autoencoder is trained, whatever it is made of. */
export interface TrainingOptions extends ReconstructionOptions {
  /** λ₁, λ₂ ≥ 0 of λ₁·Σ|w| + λ₂·Σw² over all kernels, next to the loss of a row (study guide, section 1.6). */
  readonly kernelPenalty: { readonly l1: number; readonly l2: number };
  readonly initialisation: Initialisation;
  readonly learningRate: LearningRateOption;
}

/** What an autoencoder with the usual options is, unless options say otherwise. */
export const usualTraining = {
  loss: 'bce',
  huberDelta: 0.1,
  kernelPenalty: { l1: 0, l2: 0 },
  initialisation: 'auto',
} as const satisfies Partial<TrainingOptions>;

/** An encoder and a decoder: rows of `width` values to codes and back. */
export interface EncoderDecoder {
  /** Takes [width]. */
  readonly encoder: Network;
  /** Takes the code, gives [width] before the activation of the output. */
  readonly decoder: Network;
}

/** What became of a batch on its way to the code, in training. */
export interface EncoderPass {
  /** [batch, codeWidth] */
  readonly code: GraphNode;
  /** A scalar to minimise next to the reconstruction. */
  readonly penalty?: GraphNode;
  /** New values of running statistics. */
  readonly updates?: Readonly<Record<string, GraphNode>>;
}

/** What makes one member of the family another than the next; a plain autoencoder has none of it. */
export interface Variant {
  /**
   * The way to the code in training, where it is another than the encoder's.
   *
   * @param x [batch, width]; @param weights of the rows, [batch]
   */
  readonly encoderPass?: (x: GraphNode, weights: GraphNode, batch: number) => EncoderPass;
  /** The way to the code without noise, where it is another than the encoder's. */
  readonly encode?: (x: GraphNode) => GraphNode;
  /** Feeds of `encoderPass`, or a corrupted x. */
  readonly feeds?: (rows: TrainingRows, random: RandomStream) => Feeds;
  readonly samplePrior?: AutoencoderDescription['samplePrior'];
}

/**
 * An autoencoder of an encoder and a decoder:
 *
 *     L = Σᵣ wᵣ·loss(targetᵣ, D(E(xᵣ))) + penalty + λ₁·Σ|w| + λ₂·Σw²
 *
 * @param codeWidth values per code: what the decoder takes
 */
export function layered(
  { encoder, decoder }: EncoderDecoder,
  { width, codeWidth }: { readonly width: number; readonly codeWidth: number },
  options: TrainingOptions,
  variant: Variant = {},
): AutoencoderDescription {
  const { output, rows: rowLosses, values, warnings } = reconstructionBy(options);
  const decay = penaltyOfKernels([encoder, decoder], options.kernelPenalty);
  const plainPass = (x: GraphNode): EncoderPass => {
    const { output: code, updates } = forward(encoder, x, 'training');
    return { code, updates };
  };
  return {
    ...{ width, codeWidth, outputs: values, warnings },
    initial: (random) => initialOf([encoder, decoder], random, options.initialisation),
    optimiser: new Adam({ learningRate: learningRateOf(options.learningRate) }),
    encode: variant.encode ?? ((x) => infer(encoder, x)),
    decode: (code) => output(infer(decoder, code)),
    objective: (batch) => {
      const weights = feed('weights', [batch]);
      const { code, penalty, updates } = (variant.encoderPass ?? plainPass)(feed('x', [batch, width]), weights, batch);
      const rebuilt = forward(decoder, code, 'training');
      const loss = weightedTotal(rowLosses(rebuilt.output, feed('target', [batch, width])), weights);
      return { loss: total([loss, penalty, decay]), updates: { ...updates, ...rebuilt.updates } };
    },
    feeds: (rows, random) => ({
      ...{ x: rows.x, target: rows.target, weights: rows.weights },
      ...masks([encoder, decoder], rows.count, random),
      ...variant.feeds?.(rows, random),
    }),
    ...(variant.samplePrior && { samplePrior: variant.samplePrior }),
  };
}

/** The sum of those that are there; the first must be. */
export function total([first, ...others]: readonly [GraphNode, ...(GraphNode | undefined)[]]): GraphNode {
  return others.reduce<GraphNode>((sofar, term) => (term === undefined ? sofar : add(sofar, term)), first);
}

/** First values of all these networks, one after the other. */
export function initialOf(
  networks: readonly Network[],
  random: RandomStream,
  initialisation: Initialisation,
): NetworkValues {
  const all = networks.map((network) => initial(network, random, initialisation));
  return {
    trainable: Object.assign({}, ...all.map(({ trainable }) => trainable)) as NetworkValues['trainable'],
    statistics: Object.assign({}, ...all.map(({ statistics }) => statistics)) as NetworkValues['statistics'],
  };
}

/** The masks of all dropout layers of these networks. */
export function masks(networks: readonly Network[], batch: number, random: RandomStream): Feeds {
  const dropping = networks.filter(({ layers }) => layers.some(({ kind }) => kind === 'dropout'));
  return Object.assign({}, ...dropping.map((network) => dropoutFeeds(network, batch, random))) as Feeds;
}

/** λ₁·Σ|w| + λ₂·Σw² over all kernels of these networks; undefined where both weights are 0. */
export function penaltyOfKernels(
  networks: readonly Network[],
  { l1, l2 }: TrainingOptions['kernelPenalty'],
): GraphNode | undefined {
  const kernels = networks
    .flatMap((network) => variables(network).trainable)
    .filter(({ name }) => name.endsWith('/kernel'));
  const terms = kernels.flatMap((kernel) => [
    ...(l1 > 0 ? [mul(sum(abs(kernel)), constant(l1))] : []),
    ...(l2 > 0 ? [mul(sum(square(kernel)), constant(l2))] : []),
  ]);
  const [first, ...others] = terms;
  return first && total([first, ...others]);
}

/** Of what the hidden layers of a fully connected network consist. */
export interface HiddenLayers {
  /** Of the hidden layers. */
  readonly activation: Activation;
  /** Whether hidden layers are normalised over the batch, between their product and their activation. */
  readonly batchNorm?: boolean;
  /** Rate, in [0, 1), at which hidden units are dropped in training; 0, the default, drops none. */
  readonly dropout?: number;
}

/** What the members of fully connected layers are described by. */
export interface DenseOptions extends HiddenLayers, TrainingOptions {
  /** Values per code: the bottleneck. */
  readonly latent: number;
  /** Widths of the encoder's hidden layers; the decoder has them in reverse. */
  readonly hidden: readonly number[];
  readonly codeActivation: Activation;
}

/**
 * The fully connected network of these widths, at least two: its last layer is linear.
 *
 * @throws bad-shape where a width is not a positive integer
 */
export function denseStack(name: string, widths: readonly number[], options: HiddenLayers): Network {
  const wrong = widths.find((width) => !(Number.isInteger(width) && width >= 1));
  if (wrong !== undefined) {
    const what = `the autoencoder's ${name} has widths ${widths.join(', ')}, and ${wrong} is not an integer of at least 1`;
    throw new ReverieError('bad-shape', `${what}; give its samples, hidden layers and code a value each or more`);
  }
  const [input = 0, ...units] = widths;
  const behind = behindHidden(options);
  const layers = units.flatMap((width, i): readonly Layer[] => {
    const dense = { kind: 'dense', units: width } as const;
    return i < units.length - 1 ? [dense, ...behind] : [dense];
  });
  return { name, input: [input], layers };
}

/** What comes behind the product or the convolution of a hidden layer. */
export function behindHidden({ activation, batchNorm = false, dropout = 0 }: HiddenLayers): readonly Layer[] {
  return [
    ...(batchNorm ? [{ kind: 'batchNorm' } as const] : []),
    { kind: 'activation', activation },
    ...(dropout > 0 ? [{ kind: 'dropout', rate: dropout } as const] : []),
  ];
}

/** A network with an activation on what it gives; linear is none. */
export function activated(network: Network, activation: Activation): Network {
  if (activation === 'linear') return network;
  return { ...network, layers: [...network.layers, { kind: 'activation', activation }] };
}

/** Encoder and decoder, each the other's mirror. */
export function denseEncoderDecoder(
  options: Pick<DenseOptions, 'latent' | 'hidden' | 'codeActivation'> & HiddenLayers,
  width: number,
): EncoderDecoder {
  const { latent, hidden, codeActivation } = options;
  return {
    encoder: activated(denseStack('encoder', [width, ...hidden, latent], options), codeActivation),
    decoder: denseStack('decoder', [latent, ...[...hidden].reverse(), width], options),
  };
}
