import type { TensorMap } from '../../core/tensor.js';
import type { Feeds } from '../engine.js';
import type { GraphNode, Variable } from '../graph/node.js';
import { add, constant, div, feed, mul, sqrt, square, sub, variable } from '../graph/ops.js';
import { eachParameter, stateName, zeroState, type Optimiser, type OptimiserGraph } from './optimiser.js';
import { scheduleOf, type LearningRate, type Schedule } from './schedules.js';

export interface AdamOptions {
  /** α > 0. */
  readonly learningRate: LearningRate;
  /** β₁ in [0, 1). */
  readonly beta1?: number;
  /** β₂ in [0, 1). */
  readonly beta2?: number;
  /** ε > 0, added to the bias-corrected root as in PyTorch. */
  readonly epsilon?: number;
  /**
   * Share of a parameter that is taken off at each step, times the learning rate: AdamW (Loshchilov & Hutter 2019,
   * algorithm 2, with its η·λ as PyTorch has it, α·λ). 0, the default, is plain Adam.
   */
  readonly weightDecay?: number;
}

/**
 * Adam (Kingma & Ba 2015, algorithm 1) as a graph. State goes in and comes out as variables `adam/m/…` and `adam/v/…`.
 *
 *     m ← β₁·m + (1 − β₁)·g
 *     v ← β₂·v + (1 − β₂)·g²
 *     w ← w·d − s·m / (√v + e)    s = α·√c₂ / c₁,  e = ε·√c₂,  d = 1 − α·λ,  cᵢ = 1 − βᵢᵗ
 *
 * which is w ← w·d − α·(m/c₁) / (√(v/c₂) + ε). The scalars s, e and d are computed in double precision outside the
 * graph.
 */
export class Adam implements Optimiser {
  readonly #options: Required<Omit<AdamOptions, 'learningRate'>>;
  readonly #rate: Schedule;

  constructor({ learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 }: AdamOptions) {
    this.#rate = scheduleOf(learningRate);
    this.#options = { beta1, beta2, epsilon, weightDecay };
  }

  initial(parameters: TensorMap): TensorMap {
    return zeroState(['adam/m', 'adam/v'], parameters);
  }

  graph(parameters: readonly Variable[], gradients: readonly GraphNode[]): OptimiserGraph {
    const { beta1, beta2, weightDecay } = this.#options;
    const stepSize = feed('adam/stepSize', []);
    const epsilon = feed('adam/epsilon', []);
    const decay = weightDecay === 0 ? undefined : feed('adam/decay', []);
    return eachParameter(parameters, gradients, (parameter, gradient) => {
      const m = variable(stateName('adam/m', parameter.name), parameter.shape);
      const v = variable(stateName('adam/v', parameter.name), parameter.shape);
      const newM = add(mul(m, constant(beta1)), mul(gradient, constant(1 - beta1)));
      const newV = add(mul(v, constant(beta2)), mul(square(gradient), constant(1 - beta2)));
      const kept = decay === undefined ? parameter : mul(parameter, decay);
      return {
        updates: {
          [m.name]: newM,
          [v.name]: newV,
          [parameter.name]: sub(kept, div(mul(newM, stepSize), add(sqrt(newV), epsilon))),
        },
        knownSteps: [{ rule: 'adam', parameter, m, v, gradient, beta1, beta2, stepSize, epsilon, decay }],
      };
    });
  }

  feeds(step: number): Feeds {
    const { beta1, beta2, epsilon, weightDecay } = this.#options;
    const rate = this.#rate(step);
    const c1 = 1 - beta1 ** step;
    const c2 = 1 - beta2 ** step;
    return {
      'adam/stepSize': Float32Array.of((rate * Math.sqrt(c2)) / c1),
      'adam/epsilon': Float32Array.of(epsilon * Math.sqrt(c2)),
      ...(weightDecay === 0 ? {} : { 'adam/decay': Float32Array.of(1 - rate * weightDecay) }),
    };
  }
}
