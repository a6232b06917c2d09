import type { TensorMap } from '../core/tensor.js';
import { gradients } from '../engine/graph/gradients.js';
import type { GraphNode, Variable } from '../engine/graph/node.js';
import { add, feed, mean, pad, slice } from '../engine/graph/ops.js';
import { infer, variables, type Network } from '../engine/networks/network.js';
import type { Temperature } from '../engine/losses.js';
import { classLoss, type ClassLoss } from './class-losses.js';
import type { ModelGraph } from './step-rules.js';

/**
 * The network of a model as graph. It may have more outputs than classes were met: those to the right of the classes, which
 * no class has yet, compete in the loss, and are seen nowhere else.
 */
export class ModelNetwork {
  /** The network without its head. */
  readonly trunk: Network;

  /**
   * @param outputs of the network's head
   * @param classes met so far, at most as many
   */
  constructor(
    readonly network: Network,
    readonly outputs: number,
    readonly classes: number,
  ) {
    this.trunk = { ...network, layers: network.layers.slice(0, -1) };
  }

  get parameters(): readonly Variable[] {
    return variables(this.network).trainable;
  }

  /** @param x [batch, width] */
  graph(x: GraphNode): ModelGraph {
    const outputs = infer(this.network, x);
    return {
      ...{ x, features: this.features(x), logits: this.#ofClasses(outputs), outputs, parameters: this.parameters },
      logitsOf: (other) => this.logits(other),
    };
  }

  /** [batch, width] → [batch, n]: what the last hidden layer gives; x where there is none. */
  features(x: GraphNode): GraphNode {
    return this.trunk.layers.length === 0 ? x : infer(this.trunk, x);
  }

  /** [batch, width] → [batch, classes]. */
  logits(x: GraphNode): GraphNode {
    return this.#ofClasses(infer(this.network, x));
  }

  /**
   * The loss of each row, [batch], over all outputs.
   *
   * @param all [batch, outputs], as {@link graph} gives them
   * @param targets [batch, classes]; of outputs without a class it is 0
   * @param mask [batch, classes], added to the logits: 0, or a number so low that the output has no part in a softmax
   */
  losses(
    loss: ClassLoss,
    all: GraphNode,
    targets: GraphNode,
    temperature: Temperature = 1,
    mask?: GraphNode,
  ): GraphNode {
    const masked = mask === undefined ? all : add(all, this.#widened(mask));
    return classLoss(loss, masked, this.#widened(targets), temperature);
  }

  /** Those of the last layer. */
  get head(): readonly Variable[] {
    const trunk = variables(this.trunk).trainable.length;
    return this.parameters.slice(trunk);
  }

  /** The gradients of the mean cross-entropy of a batch of so many rows, fed as `<name>/x` and `<name>/targets`. @param of these */
  gradientsOn(name: string, rows: number, width: number, of: readonly Variable[]): readonly GraphNode[] {
    const targets = feed(`${name}/targets`, [rows, this.classes]);
    const { outputs } = this.graph(feed(`${name}/x`, [rows, width]));
    return gradients(mean(this.losses('cross-entropy', outputs, targets)), of);
  }

  /** Of these values, those of the parameters. */
  own(values: TensorMap): TensorMap {
    return ofNetwork(this.network, values);
  }

  /** Of these parameters, those of the network without its head. */
  ofTrunk(parameters: TensorMap): TensorMap {
    return ofNetwork(this.trunk, parameters);
  }

  /** Of these parameters, those of the last layer. */
  ofHead(parameters: TensorMap): TensorMap {
    const names = this.head.map(({ name }) => name);
    return Object.fromEntries(Object.entries(parameters).filter(([name]) => names.includes(name)));
  }

  #ofClasses(outputs: GraphNode): GraphNode {
    return this.outputs === this.classes ? outputs : slice(outputs, [0, 0], [outputs.shape[0] ?? 1, this.classes]);
  }

  #widened(rows: GraphNode): GraphNode {
    return this.outputs === this.classes ? rows : pad(rows, [0, 0], [0, this.outputs - this.classes]);
  }
}

function ofNetwork(network: Network, values: TensorMap): TensorMap {
  const names = variables(network).trainable.map(({ name }) => name);
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
}
