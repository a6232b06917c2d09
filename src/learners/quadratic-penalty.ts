import type { Tensor } from '../core/tensor.js';
import type { GraphNode } from '../engine/graph/node.js';
import { add, constant, mul, square, sub, sum, variable } from '../engine/graph/ops.js';
import { transferGrownHead } from '../engine/networks/initial.js';
import type { Anchor } from './anchors.js';
import type { LossTerm } from './step-rules.js';

/**
 * weight·Σ_k Σ_i Ω_i^k·(θ_i − θ_i^k)², what holds parameters in EWC, SI and MAS. Outputs that an anchor did not have yet have
 * Ω = 0: nothing holds them.
 *
 * It is computed from Σ_k Ω^k and Σ_k Ω^k·θ^k, with the same gradient: as many values for any number of anchors. What does
 * not depend on θ is added as a number, so that the loss is the penalty itself.
 */
export function quadraticPenalty(anchors: readonly Anchor[], weight: number): LossTerm {
  const strength = (name: string): string => `penalty/strength/${name}`;
  const centre = (name: string): string => `penalty/centre/${name}`;
  let rest = 0;
  return {
    name: 'penalty',
    anchors(parameters) {
      rest = 0;
      return Object.fromEntries(
        Object.entries(parameters).flatMap(([name, parameter]) => {
          const total = new Float64Array(parameter.data.length);
          const weighted = new Float64Array(parameter.data.length);
          const squares = new Float64Array(parameter.data.length);
          const zero = { [name]: { shape: parameter.shape, data: new Float32Array(parameter.data.length) } };
          for (const { values, importance } of anchors) {
            const omega = transferGrownHead(importance, zero)[name]?.data ?? new Float32Array();
            const at = transferGrownHead(values, zero)[name]?.data ?? new Float32Array();
            omega.forEach((one, i) => {
              total[i] = (total[i] ?? 0) + one;
              weighted[i] = (weighted[i] ?? 0) + one * (at[i] ?? 0);
              squares[i] = (squares[i] ?? 0) + one * (at[i] ?? 0) ** 2;
            });
          }
          // Σ_k Ω^k (θ − θ^k)² = S·(θ − c)² + Σ_k Ω^k·(θ^k)² − S·c², c = Σ_k Ω^k θ^k / S.
          const middle = weighted.map((value, i) => (total[i] === 0 ? 0 : value / (total[i] ?? 1)));
          squares.forEach((value, i) => (rest += Math.max(0, value - (total[i] ?? 0) * (middle[i] ?? 0) ** 2)));
          const tensor = (data: Float64Array): Tensor => ({ shape: parameter.shape, data: Float32Array.from(data) });
          return [
            [strength(name), tensor(total)],
            [centre(name), tensor(middle)],
          ];
        }),
      );
    },
    build({ parameters }) {
      const terms = parameters.map((parameter): GraphNode => {
        const { name, shape } = parameter;
        const moved = square(sub(parameter, variable(centre(name), shape)));
        return sum(mul(variable(strength(name), shape), moved));
      });
      const total = terms.reduce((a, b) => add(a, b));
      return mul(add(total, constant(rest)), constant(weight));
    },
  };
}
