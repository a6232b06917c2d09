import { ReverieError } from '../../core/errors.js';
import type { GraphNode } from '../graph/node.js';
import { add, clip, constant, div, minimum, mul, sqrt, square, sum } from '../graph/ops.js';
import type { Optimiser } from './optimiser.js';

/** Makes gradients smaller before an optimiser takes them. */
export type Clipping = (gradients: readonly GraphNode[]) => readonly GraphNode[];

/** The optimiser with its gradients clipped first. */
export function clipped(optimiser: Optimiser, clipping: Clipping): Optimiser {
  return {
    initial: (parameters) => optimiser.initial(parameters),
    graph: (parameters, gradients) => optimiser.graph(parameters, clipping(gradients)),
    feeds: (step) => optimiser.feeds(step),
  };
}

/**
 * Every value of every gradient into [−limit, limit].
 *
 * @throws bad-usage unless limit > 0
 */
export function clipByValue(limit: number): Clipping {
  const most = positive('limit', limit);
  return (gradients) => gradients.map((gradient) => clip(gradient, -most, most));
}

/**
 * All gradients scaled by the same factor, min(1, c / (‖g‖ + 10⁻⁶)), ‖g‖ the norm of all their values together (Pascanu
 * et al. 2013, as PyTorch writes it).
 *
 * @param largest c
 * @throws bad-usage unless c > 0
 */
export function clipByGlobalNorm(largest: number): Clipping {
  const c = constant(positive('norm', largest));
  return (gradients) => {
    const [first, ...rest] = gradients.map((gradient) => sum(square(gradient)));
    if (first === undefined) return [];
    const norm = sqrt(rest.reduce<GraphNode>((total, part) => add(total, part), first));
    const factor = minimum(constant(1), div(c, add(norm, constant(1e-6))));
    return gradients.map((gradient) => mul(gradient, factor));
  };
}

function positive(what: string, value: number): number {
  if (value > 0 && Number.isFinite(value)) return value;
  throw new ReverieError(
    'bad-usage',
    `the ${what} that gradients are clipped to is ${value}; it must be a positive number`,
  );
}
