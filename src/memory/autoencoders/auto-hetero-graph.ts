import type { GraphNode } from '../../engine/graph/node.js';
import { add, constant, feed, mul, sigmoid } from '../../engine/graph/ops.js';
import { rowMeans, weightedTotal, binaryCrossEntropyWithLogits } from '../../engine/losses.js';
import type { Activation } from '../../engine/networks/activations.js';
import type { Layer } from '../../engine/networks/layer.js';
import { forward, infer, type Network } from '../../engine/networks/network.js';
import type { Mode } from '../../engine/networks/layers/rules.js';

export interface AutoHeteroShape {
  /** Values per sample. */
  readonly width: number;
  /** Values per code: the bottleneck of the trunk, linear. */
  readonly latent: number;
  /** Widths of the trunk's layers before the bottleneck; behind it they come in reverse. */
  readonly hidden: readonly number[];
  readonly activation: Activation;
  /** Rate, in [0, 1), at which units of the hidden layers are dropped in training; 0 drops none. */
  readonly dropout: number;
}

/** One trunk, encoder and decoder, and two heads on its last layer. */
export interface AutoHeteroGraph {
  readonly encoder: Network;
  /** The trunk behind the bottleneck. */
  readonly decoder: Network;
  /** Gives logits of the sample back. */
  readonly auto: Network;
  /** Gives logits of the classes; absent where none was met. */
  readonly hetero: Network | undefined;
}

export function autoHeteroGraph(shape: AutoHeteroShape, classes: number): AutoHeteroGraph {
  const { width, latent, hidden } = shape;
  const head = (name: string, units: number): Network => ({
    name,
    input: [hidden[0] ?? latent],
    layers: [{ kind: 'dense', units }],
  });
  return {
    encoder: {
      name: 'encoder',
      input: [width],
      layers: [...hiddenLayers(shape, hidden), { kind: 'dense', units: latent }],
    },
    decoder: { name: 'decoder', input: [latent], layers: hiddenLayers(shape, [...hidden].reverse()) },
    auto: head('auto', width),
    hetero: classes === 0 ? undefined : head('hetero', classes),
  };
}

function hiddenLayers({ activation, dropout }: AutoHeteroShape, widths: readonly number[]): readonly Layer[] {
  const dropped: readonly Layer[] = dropout > 0 ? [{ kind: 'dropout', rate: dropout }] : [];
  return widths.flatMap((units): readonly Layer[] => [
    { kind: 'dense', units },
    { kind: 'activation', activation },
    ...dropped,
  ]);
}

/** The networks there are, the class head last. */
export function networksOf({ encoder, decoder, auto, hetero }: AutoHeteroGraph): readonly Network[] {
  return hetero === undefined ? [encoder, decoder, auto] : [encoder, decoder, auto, hetero];
}

/** The sample that a code [batch, latent] stands for. */
export function sampleOf({ decoder, auto }: AutoHeteroGraph, code: GraphNode): GraphNode {
  return sigmoid(infer(auto, infer(decoder, code)));
}

/**
 * L = Σᵣ wᵣ·(mean_i BCE(targetᵣᵢ, r(x)ᵣᵢ) + γ·mean_c BCE(classesᵣ꜀, h(x)ᵣ꜀)), from the feeds x, target, classes and
 * weights; all outputs are sigmoids.
 *
 * @param classes outputs of the class head; 0 leaves its loss out
 */
export function autoHeteroLoss(
  { encoder, decoder, auto, hetero }: AutoHeteroGraph,
  { width }: AutoHeteroShape,
  classes: number,
  classWeight: number,
  batch: number,
): GraphNode {
  const mode: Mode = 'training';
  const code = forward(encoder, feed('x', [batch, width]), mode).output;
  const trunk = forward(decoder, code, mode).output;
  const rebuilt = binaryCrossEntropyWithLogits(forward(auto, trunk, mode).output, feed('target', [batch, width]));
  const weights = feed('weights', [batch]);
  if (hetero === undefined) return weightedTotal(rowMeans(rebuilt), weights);
  const classLosses = binaryCrossEntropyWithLogits(
    forward(hetero, trunk, mode).output,
    feed('classes', [batch, classes]),
  );
  return weightedTotal(add(rowMeans(rebuilt), mul(rowMeans(classLosses), constant(classWeight))), weights);
}
