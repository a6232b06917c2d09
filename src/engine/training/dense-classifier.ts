import type { RandomStream } from '../../core/random.js';
import type { TensorMap } from '../../core/tensor.js';
import type { Engine } from '../engine.js';
import type { GraphNode } from '../graph/node.js';
import { feed, mean } from '../graph/ops.js';
import { denseNetwork, forward, infer, variables } from '../networks/network.js';
import { initial, type Initialisation } from '../networks/initial.js';
import { Adam } from '../optimisers/optimisers.js';
import { BatchedFunction } from './batched-function.js';
import { Trainer } from './trainer.js';

export interface DenseClassifierOptions {
  readonly engine: Engine;
  /** Begins the names of its parameters. */
  readonly name: string;
  /** Values of a row, units of the hidden layers, which have rectifiers, and classes. */
  readonly widths: readonly number[];
  /** Adam's α. */
  readonly learningRate: number;
  /** Of each row: [batch, classes] logits and targets → [batch]. */
  readonly loss: (logits: GraphNode, targets: GraphNode) => GraphNode;
  /** What {@link DenseClassifier.scores} gives; the logits if not given. */
  readonly scores?: (logits: GraphNode) => GraphNode;
  /** `auto` unless given. */
  readonly initialisation?: Initialisation;
  /** Draws the parameters that it begins with, or these. */
  readonly start: RandomStream | { readonly parameters: TensorMap };
}

/** A multilayer perceptron for a fixed set of classes, trained by Adam on the mean loss of a batch. */
export class DenseClassifier {
  readonly #trainer: Trainer;
  readonly #scores: BatchedFunction;

  constructor(options: DenseClassifierOptions) {
    const {
      engine,
      name,
      widths,
      learningRate,
      loss,
      scores = (logits: GraphNode) => logits,
      initialisation,
      start,
    } = options;
    const [width = 0, classes = 0] = [widths[0], widths.at(-1)];
    const network = denseNetwork({ name, widths, activation: 'relu' });
    this.#scores = new BatchedFunction(engine, width, (x) => scores(infer(network, x)));
    this.#trainer = new Trainer({
      engine,
      parameters: 'parameters' in start ? start.parameters : initial(network, start, initialisation).trainable,
      nodes: variables(network).trainable,
      optimiser: new Adam({ learningRate }),
      objective: (batch) => {
        const logits = forward(network, feed('x', [batch, width]), 'training').output;
        return { loss: mean(loss(logits, feed('targets', [batch, classes]))) };
      },
    });
  }

  /**
   * One optimiser step; gives the mean loss before it.
   *
   * @param x `count` rows; @param targets `count` rows of what is wanted of each class, in [0, 1]
   */
  async train(count: number, x: Float32Array, targets: Float32Array): Promise<number> {
    const { loss } = await this.#trainer.step(count, { x, targets });
    return loss?.[0] ?? NaN;
  }

  /** `count` rows of a score for each class. */
  scores(x: Float32Array, count: number): Promise<Float32Array> {
    return this.#scores.apply(x, count, this.#trainer.variables);
  }

  /** As they are now. */
  parameters(): TensorMap {
    return this.#trainer.parameters();
  }

  /** Takes these parameters; the optimiser stays as it is. */
  write(parameters: TensorMap): void {
    this.#trainer.variables.write(parameters);
  }

  dispose(): void {
    this.#trainer.dispose();
    this.#scores.dispose();
  }
}
