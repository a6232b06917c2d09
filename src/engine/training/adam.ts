import type { TensorMap } from '../../core/tensor.js';
import type { GraphNode, Variable } from '../graph/node.js';
import { add, constant, div, feed, mul, sqrt, square, sub, variable } from '../graph/ops.js';
import type { Feeds } from '../engine.js';

export interface AdamOptions {
  /** α > 0. */
  readonly learningRate: number;
  /** β₁ in [0, 1). */
  readonly beta1?: number;
  /** β₂ in [0, 1). */
  readonly beta2?: number;
  /** ε > 0, added to the bias-corrected root as in PyTorch. */
  readonly epsilon?: number;
}

/**
 * Adam (Kingma & Ba 2015, algorithm 1) as a graph. State goes in and comes out as variables `adam/m/…` and `adam/v/…`.
 *
 * The moments are kept without their factors (1 − β), which saves two element-wise passes over all parameters a step:
 *
 *     M ← β₁·M + g            m = (1 − β₁)·M
 *     V ← β₂·V + g²           v = (1 − β₂)·V
 *     w ← w − s·M / (√V + e)  s = α·√c₂·(1 − β₁) / (c₁·√(1 − β₂)),  e = ε·√c₂ / √(1 − β₂),  cᵢ = 1 − βᵢᵗ
 *
 * which is w ← w − α·(m/c₁) / (√(v/c₂) + ε). The scalars s and e are computed in double precision outside the graph.
 */
export class Adam {
  readonly #options: Required<AdamOptions>;

  constructor(options: AdamOptions) {
    this.#options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, ...options };
  }

  /** Zero moments for these parameters. */
  initial(parameters: TensorMap): TensorMap {
    return Object.fromEntries(
      Object.entries(parameters).flatMap(([name, { shape, data }]) =>
        ['m', 'v'].map((moment) => [`adam/${moment}/${name}`, { shape, data: new Float32Array(data.length) }]),
      ),
    );
  }

  /** New values of the parameters and of their moments. */
  updates(parameters: readonly Variable[], gradients: readonly GraphNode[]): Record<string, GraphNode> {
    const { beta1, beta2 } = this.#options;
    const stepSize = feed('adam/stepSize', []);
    const epsilon = feed('adam/epsilon', []);
    const updates: Record<string, GraphNode> = {};
    parameters.forEach((parameter, i) => {
      const gradient = gradients[i];
      if (gradient === undefined) throw new Error(`no gradient for ${parameter.name}`);
      const m = variable(`adam/m/${parameter.name}`, parameter.shape);
      const v = variable(`adam/v/${parameter.name}`, parameter.shape);
      const newM = add(mul(m, constant(beta1)), gradient);
      const newV = add(mul(v, constant(beta2)), square(gradient));
      updates[m.name] = newM;
      updates[v.name] = newV;
      updates[parameter.name] = sub(parameter, mul(div(newM, add(sqrt(newV), epsilon)), stepSize));
    });
    return updates;
  }

  /** What {@link updates} must be fed at step t, counted from 1. */
  feeds(step: number): Feeds {
    const { learningRate, beta1, beta2, epsilon } = this.#options;
    const c1 = 1 - beta1 ** step;
    const c2 = 1 - beta2 ** step;
    const root = Math.sqrt(c2 / (1 - beta2));
    return {
      'adam/stepSize': Float32Array.of((learningRate * root * (1 - beta1)) / c1),
      'adam/epsilon': Float32Array.of(epsilon * root),
    };
  }
}
