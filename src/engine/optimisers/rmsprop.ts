import type { TensorMap } from '../../core/tensor.js';
import type { Feeds } from '../engine.js';
import type { GraphNode, Variable } from '../graph/node.js';
import { add, constant, div, feed, mul, sqrt, square, sub, variable } from '../graph/ops.js';
import { eachParameter, stateName, zeroState, type Optimiser, type OptimiserGraph } from './optimiser.js';
import { scheduleOf, type LearningRate, type Schedule } from './schedules.js';

export interface RmspropOptions {
  /** α > 0. */
  readonly learningRate: LearningRate;
  /** ρ in [0, 1): how much of the running mean stays. */
  readonly decay?: number;
  /** ε > 0, added to the root as in PyTorch. */
  readonly epsilon?: number;
}

/**
 * RMSprop (Tieleman & Hinton 2012, lecture 6e) as a graph, with PyTorch's placing of ε. State: variables `rmsprop/v/…`.
 *
 *     v ← ρ·v + (1 − ρ)·g²
 *     w ← w − α·g / (√v + ε)
 */
export class Rmsprop implements Optimiser {
  readonly #rate: Schedule;
  readonly #decay: number;
  readonly #epsilon: number;

  constructor({ learningRate, decay = 0.99, epsilon = 1e-8 }: RmspropOptions) {
    this.#rate = scheduleOf(learningRate);
    this.#decay = decay;
    this.#epsilon = epsilon;
  }

  initial(parameters: TensorMap): TensorMap {
    return zeroState(['rmsprop/v'], parameters);
  }

  graph(parameters: readonly Variable[], gradients: readonly GraphNode[]): OptimiserGraph {
    const rate = feed('rmsprop/rate', []);
    return eachParameter(parameters, gradients, (parameter, gradient) => {
      const v = variable(stateName('rmsprop/v', parameter.name), parameter.shape);
      const newV = add(mul(v, constant(this.#decay)), mul(square(gradient), constant(1 - this.#decay)));
      const step = div(mul(gradient, rate), add(sqrt(newV), constant(this.#epsilon)));
      // TensorFlow's own RMSProp has ε under the root; there is no operation for this one.
      return { updates: { [v.name]: newV, [parameter.name]: sub(parameter, step) }, knownSteps: [] };
    });
  }

  feeds(step: number): Feeds {
    return { 'rmsprop/rate': Float32Array.of(this.#rate(step)) };
  }
}
