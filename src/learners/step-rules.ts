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
  /** [batch, outputs]: the logits, and behind them those of outputs that no class has yet. */
  readonly outputs: GraphNode;
  /** All that gradients move. */
  readonly parameters: readonly Variable[];
  /** [rows, width] → [rows, classes]: the logits of other samples. */
  readonly logitsOf: (x: GraphNode) => GraphNode;
}

/** A term that is added to the loss of the batch, e.g. a penalty. */
export interface LossTerm {
  readonly name: string;
  /** Values that it reads as variables of these names, for a model with these parameters; none where absent. */
  anchors?(parameters: TensorMap): TensorMap;
  /** The term, a scalar with its weight in it. */
  build(graph: ModelGraph, batch: number): GraphNode;
}

/** A training step, as nodes that {@link StepRules.updates} are made of. */
export interface StepGraph {
  /** What gradients move; lists of gradients are in their order. */
  readonly parameters: readonly Variable[];
  /** Of the loss of the batch and the terms of the rules, without the penalty. */
  readonly lossGradients: readonly GraphNode[];
  /** What the optimiser takes. */
  readonly gradients: readonly GraphNode[];
  /** The parameters after the step, by name. */
  readonly next: Readonly<Record<string, GraphNode>>;
}

/** What a strategy changes about the training step of its model; asked anew whenever a task begins. */
export interface StepRules {
  /** What gradients move: all parameters unless given, or those of the last layer alone. */
  readonly trains?: 'all' | 'head';
  readonly terms?: readonly LossTerm[];
  /** A term of the parameters alone, all of them: its gradients are taken by themselves, apart from those of the loss. */
  readonly penalty?: LossTerm;
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
  /**
   * Values at the first step of a task that steps change and no gradient moves, say a path integral, for a model with these
   * parameters. They are saved with the model within a task.
   */
  statistics?(parameters: TensorMap): TensorMap;
  /** Their new values, computed in the step. */
  updates?(step: StepGraph): Readonly<Record<string, GraphNode>>;
}
