import type { TensorMap } from '../core/tensor.js';
import type { GraphNode } from '../engine/graph/node.js';
import { mul, sub, variable } from '../engine/graph/ops.js';
import { stateName, zeroState } from '../engine/optimisers/optimiser.js';
import type { StepRules } from './step-rules.js';

/** Whose gradient is integrated along the path of the parameters. */
export const paths = ['task-loss', 'penalised-loss'] as const;
type Path = (typeof paths)[number];

const prefix = 'path';
const sumOf = (parameter: string): string => stateName(prefix, parameter);

/** ω ← ω − g·Δθ at each step, from 0 (Zenke, Poole & Ganguli 2017, equation 3), as statistics of a training step. */
export function pathIntegral(path: Path): StepRules {
  return {
    statistics: (parameters) => zeroState([prefix], parameters),
    updates({ parameters, lossGradients, gradients, next }) {
      const of = path === 'task-loss' ? lossGradients : gradients;
      return Object.fromEntries(
        parameters.map((parameter, i): [string, GraphNode] => {
          const { name, shape } = parameter;
          const moved = sub(next[name] ?? parameter, parameter);
          return [sumOf(name), sub(variable(sumOf(name), shape), mul(of[i] ?? parameter, moved))];
        }),
      );
    },
  };
}

/** ω/((θ − θ^0)² + ξ) of each value of the parameters (equation 5). @param integrals statistics of {@link pathIntegral} */
export function importanceOfPath(integrals: TensorMap, start: TensorMap, end: TensorMap, xi: number): TensorMap {
  return Object.fromEntries(
    Object.entries(end).map(([name, { shape, data }]) => {
      const from = start[name]?.data ?? new Float32Array();
      const omega = integrals[sumOf(name)]?.data ?? new Float32Array();
      return [name, { shape, data: data.map((to, i) => (omega[i] ?? 0) / ((to - (from[i] ?? 0)) ** 2 + xi)) }];
    }),
  );
}
