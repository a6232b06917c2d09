import type { Shape } from '../../../core/tensor.js';
import type { GraphNode, Variable } from '../../graph/node.js';

/** What a network is applied for: batch statistics and dropout belong to training alone. */
export type Mode = 'training' | 'inference';

/**
 * What a kind of layer does. Shapes follow from the graph that `apply` builds. What either refuses reaches the user behind
 * network, place and kind of the layer.
 */
export interface LayerRules<L> {
  /** Its variables for samples of this shape, in the order in which they are drawn and saved; none where left out. */
  variables?(layer: L, input: Shape): readonly VariableRule[];
  /** The layer applied to a batch: [batch, …] → [batch, …]. */
  apply(layer: L, x: GraphNode, context: ApplyContext): GraphNode;
}

export interface VariableRule {
  readonly role: string;
  readonly shape: Shape;
  /** What it begins as: one value throughout, N(0, 1) draws, or the uniform draws of a weight. */
  readonly start: number | 'normal' | Fans;
  /** Whether batches move it, instead of gradients. */
  readonly statistic?: true;
}

/** How many values each output of a weight is made from, and how many each input goes into. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/** What a layer is given of the network around it. */
export interface ApplyContext {
  readonly mode: Mode;
  readonly variable: (role: string) => Variable;
  /** Has the variable of this role take a new value after the step. */
  readonly update: (role: string, value: GraphNode) => void;
  /** A feed in the shape of `x`, of 0 with probability `rate` and else 1/(1 − rate). */
  readonly mask: (x: GraphNode, rate: number) => GraphNode;
}
