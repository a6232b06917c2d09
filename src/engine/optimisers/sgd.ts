import { ReverieError } from '../../core/errors.js';
import type { TensorMap } from '../../core/tensor.js';
import type { Feeds } from '../engine.js';
import type { GraphNode, Variable } from '../graph/node.js';
import { add, constant, feed, mul, sub, variable } from '../graph/ops.js';
import { eachParameter, stateName, zeroState, type Optimiser, type OptimiserGraph } from './optimiser.js';
import { scheduleOf, type LearningRate, type Schedule } from './schedules.js';

export interface SgdOptions {
  /** α > 0. */
  readonly learningRate: LearningRate;
  /** μ in [0, 1); 0, the default, is plain gradient descent. */
  readonly momentum?: number;
  /** Looks ahead along the velocity (Sutskever et al. 2013, as PyTorch writes it); needs momentum. */
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent as a graph, with momentum as in PyTorch (no dampening). State: variables
 * `sgd/velocity/…`, none where μ = 0.
 *
 *     u ← μ·u + g
 *     w ← w − α·u            (Nesterov: w ← w − α·(g + μ·u))
 */
export class Sgd implements Optimiser {
  readonly #rate: Schedule;
  readonly #momentum: number;
  readonly #nesterov: boolean;

  constructor({ learningRate, momentum = 0, nesterov = false }: SgdOptions) {
    if (nesterov && momentum === 0) {
      throw new ReverieError('bad-usage', 'sgd: nesterov looks ahead along a velocity; give a momentum, e.g. 0.9');
    }
    this.#rate = scheduleOf(learningRate);
    this.#momentum = momentum;
    this.#nesterov = nesterov;
  }

  initial(parameters: TensorMap): TensorMap {
    return this.#momentum === 0 ? {} : zeroState(['sgd/velocity'], parameters);
  }

  graph(parameters: readonly Variable[], gradients: readonly GraphNode[]): OptimiserGraph {
    const rate = feed('sgd/rate', []);
    return eachParameter(parameters, gradients, (parameter, gradient) => {
      if (this.#momentum === 0) {
        return {
          updates: { [parameter.name]: sub(parameter, mul(gradient, rate)) },
          knownSteps: [{ rule: 'sgd', parameter, gradient, rate }],
        };
      }
      const momentum = constant(this.#momentum);
      const velocity = variable(stateName('sgd/velocity', parameter.name), parameter.shape);
      const newVelocity = add(mul(velocity, momentum), gradient);
      const direction = this.#nesterov ? add(gradient, mul(newVelocity, momentum)) : newVelocity;
      return {
        updates: { [velocity.name]: newVelocity, [parameter.name]: sub(parameter, mul(direction, rate)) },
        knownSteps: [{ rule: 'momentum', parameter, velocity, gradient, rate, momentum, nesterov: this.#nesterov }],
      };
    });
  }

  feeds(step: number): Feeds {
    return { 'sgd/rate': Float32Array.of(this.#rate(step)) };
  }
}
