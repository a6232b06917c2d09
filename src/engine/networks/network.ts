import type { RandomStream } from '../../core/random.js';
import { sizeOf, type Shape } from '../../core/tensor.js';
import type { Feeds } from '../engine.js';
import type { Feed, GraphNode, Variable } from '../graph/node.js';
import { build, evalShape } from './build.js';
import type { Layer } from './layer.js';
import type { Mode } from './layers/rules.js';

/** A network as plain data. */
export interface Network {
  /** Prefix of the names of its variables and feeds. */
  readonly name: string;
  /** Shape of one sample: [784], [1, 28, 28]; [] for a label. */
  readonly input: Shape;
  readonly layers: readonly Layer[];
}

/** A network applied to a batch. */
export interface Application {
  /** [batch, …]. */
  readonly output: GraphNode;
  /** New values of running statistics, by variable, to be taken over after a training step; none in inference. */
  readonly updates: Readonly<Record<string, GraphNode>>;
  /** What must be fed besides x: in training the masks of dropout layers, which {@link dropoutFeeds} makes. */
  readonly feeds: readonly Feed[];
}

/**
 * The network applied to x of shape [batch, …input]. Variables are named `<network>/<n>/<role>`, n counting the layers
 * that have any.
 *
 * @throws bad-shape where x or a layer does not fit; names network, place of the layer (from 0), its kind, and shapes
 */
export function forward(network: Network, x: GraphNode, mode: Mode): Application {
  const { output, updates, masks } = build(network, x, mode);
  return { output, updates, feeds: masks.map((mask) => mask.feed) };
}

/** The network applied in inference, where the output is all there is. */
export function infer(network: Network, x: GraphNode): GraphNode {
  return forward(network, x, 'inference').output;
}

/**
 * Shape of one sample behind the last layer.
 *
 * @throws bad-shape as {@link forward}: the way to check a description before anything is made from it
 */
export function outputShape(network: Network): Shape {
  return evalShape(network, 1, 'inference').output.shape.slice(1);
}

/** A network's variables, layer by layer. */
export interface NetworkVariables {
  /** What gradients move: kernels, biases, scales, shifts, tables. */
  readonly trainable: readonly Variable[];
  /** What batches move: running means and variances. */
  readonly statistics: readonly Variable[];
}

export function variables(network: Network): NetworkVariables {
  const all = evalShape(network, 1, 'inference').variables;
  const of = (statistic: boolean): Variable[] =>
    all.flatMap(({ node, rule }) => ((rule.statistic ?? false) === statistic ? [node] : []));
  return { trainable: of(false), statistics: of(true) };
}

/**
 * The masks that a training step on `batch` rows must be fed, for each dropout layer: 0 with probability `rate`, else
 * 1/(1 − rate). Draws one uniform number for each value.
 */
export function dropoutFeeds(network: Network, batch: number, random: RandomStream): Feeds {
  return Object.fromEntries(
    evalShape(network, batch, 'training').masks.map(({ feed, rate }) => {
      const kept = 1 / (1 - rate);
      const mask = Float32Array.from({ length: sizeOf(feed.shape) }, () => (random.uniform() < rate ? 0 : kept));
      return [feed.name, mask];
    }),
  );
}
