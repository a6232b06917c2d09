import type { TensorMap } from '../core/tensor.js';
import type { GraphNode, Variable } from '../engine/graph/node.js';

/** The network of a model on a batch, as nodes that losses are made of. */
export interface ModelGraph {
  /** [batch, width]. */
  readonly x: GraphNode;
  /** Output of the last hidden layer, [batch, n]; x where there is none. */
  readonly features: GraphNode;
  /** [batch, classes]. */
  readonly logits: GraphNode;
  /** All that gradients move. */
  readonly parameters: readonly Variable[];
}

/** A term that is added to the loss of the batch, e.g. a penalty. */
export interface LossTerm {
  readonly name: string;
  /** Values that it reads as variables of these names, for a model with these parameters; none where absent. */
  anchors?(parameters: TensorMap): TensorMap;
  /** The term, a scalar with its weight in it. */
  build(graph: ModelGraph, batch: number): GraphNode;
}

/** What a strategy changes about the training step of its model; asked anew whenever classes are added. */
export interface StepRules {
  readonly terms?: readonly LossTerm[];
  /**
   * What the optimiser takes in place of the gradients, in their order and shapes.
   *
   * @param gradientsOn the gradients of the mean cross-entropy of another batch of `count` rows, which is fed as
   *   `<name>/x` and `<name>/targets`
   */
  transformGradients?(
    gradients: readonly GraphNode[],
    gradientsOn: (name: string, count: number) => readonly GraphNode[],
  ): readonly GraphNode[];
}
