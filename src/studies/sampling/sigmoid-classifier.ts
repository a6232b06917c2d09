import type { RandomStream } from '../../core/random.js';
import type { TensorMap } from '../../core/tensor.js';
import type { Engine } from '../../engine/engine.js';
import { feed, mean } from '../../engine/graph/ops.js';
import { sigmoidCrossEntropy } from '../../engine/losses/classes.js';
import { denseNetwork } from '../../engine/networks/dense-network.js';
import { initial, type Initialisation } from '../../engine/networks/initial.js';
import { forward, infer, variables } from '../../engine/networks/network.js';
import { Adam } from '../../engine/optimisers/adam.js';
import { BatchedFunction } from '../../engine/training/batched-function.js';
import { Trainer } from '../../engine/training/trainer.js';

/** Adam's α for all networks of the paper (section IV-D); β = (0.9, 0.999) is Adam's default. */
export const learningRate = 0.001;

export interface SigmoidClassifierOptions {
  /** Values per sample. */
  readonly width: number;
  readonly hidden: readonly number[];
  /** Number of classes. */
  readonly classes: number;
  /** `auto` unless given. */
  readonly initialisation?: Initialisation;
}

/**
 * The classifier of Table I: ReLU units, a logit for each class, trained by binary cross-entropy on each of them (section
 * IV-F, "logit/distillation"), so that it learns from labels and from the probabilities of another classifier alike.
 */
export class SigmoidClassifier {
  readonly #trainer: Trainer;
  readonly #logits: BatchedFunction;

  /** @param parameters those that it begins with; drawn if not given */
  constructor(
    engine: Engine,
    { width, hidden, classes, initialisation }: SigmoidClassifierOptions,
    random: RandomStream,
    parameters?: TensorMap,
  ) {
    const network = denseNetwork({ name: 'classifier', widths: [width, ...hidden, classes], activation: 'relu' });
    this.#logits = new BatchedFunction(engine, width, (x) => infer(network, x));
    this.#trainer = new Trainer({
      engine,
      parameters: parameters ?? initial(network, random, initialisation).trainable,
      nodes: variables(network).trainable,
      optimiser: new Adam({ learningRate }),
      objective: (batch) => {
        const logits = forward(network, feed('x', [batch, width]), 'training').output;
        return { loss: mean(sigmoidCrossEntropy(logits, feed('targets', [batch, classes]))) };
      },
    });
  }

  /**
   * One optimiser step; gives the loss before it, in nats a sample.
   *
   * @param targets `count` rows of probabilities in [0, 1], each class by itself
   */
  async train(count: number, features: Float32Array, targets: Float32Array): Promise<number> {
    const { loss } = await this.#trainer.step(count, { x: features, targets });
    return loss?.[0] ?? NaN;
  }

  /** `count` rows of logits. */
  logits(features: Float32Array, count: number): Promise<Float32Array> {
    return this.#logits.apply(features, count, this.#trainer.variables);
  }

  /** As they are now. */
  parameters(): TensorMap {
    return this.#trainer.parameters();
  }

  /** What it teaches: `count` rows of σ(logits), the probability of each class by itself. */
  async probabilities(features: Float32Array, count: number): Promise<Float32Array> {
    return (await this.logits(features, count)).map((logit) => 1 / (1 + Math.exp(-logit)));
  }

  dispose(): void {
    this.#trainer.dispose();
    this.#logits.dispose();
  }
}
