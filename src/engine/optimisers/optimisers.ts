import type { TensorMap } from '../../core/tensor.js';
import type { Feeds } from '../engine.js';
import type { GraphNode, Variable } from '../graph/node.js';
import { add, constant, div, feed, mul, sqrt, square, sub, variable } from '../graph/ops.js';
import { eachParameter, stateName, zeroState, type Optimiser, type OptimiserGraph } from './optimiser.js';
import { scheduleOf, type LearningRate, type Schedule } from './schedules.js';
import { ReverieError } from '../../core/errors.js';

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

interface OptionsByName {
  readonly adam: AdamOptions;
  readonly sgd: SgdOptions;
  readonly rmsprop: RmspropOptions;
}

export type OptimiserName = keyof OptionsByName;

/** The optimisers by the name under which options choose them. */
const optimisers: { readonly [N in OptimiserName]: (options: OptionsByName[N]) => Optimiser } = {
  adam: (options) => new Adam(options),
  sgd: (options) => new Sgd(options),
  rmsprop: (options) => new Rmsprop(options),
};

/** An optimiser as plain data: `{ name: 'sgd', learningRate: 0.1, momentum: 0.9 }`. */
export type OptimiserOptions<N extends OptimiserName = OptimiserName> = {
  readonly [M in N]: { readonly name: M } & OptionsByName[M];
}[N];

/** @throws bad-usage where there is no optimiser of that name, or an option is out of its range */
export function makeOptimiser<N extends OptimiserName>(options: { readonly name: N } & OptionsByName[N]): Optimiser {
  if (!Object.hasOwn(optimisers, options.name)) {
    const known = Object.keys(optimisers).join(', ');
    throw new ReverieError('bad-usage', `there is no optimiser "${options.name}"; there are ${known}`);
  }
  return optimisers[options.name](options);
}
