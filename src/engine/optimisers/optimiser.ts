import type { TensorMap } from '../../core/tensor.js';
import type { Feeds, KnownStep } from '../engine.js';
import type { GraphNode, Variable } from '../graph/node.js';
import { ReverieError } from '../../core/errors.js';
import { add, clip, constant, div, minimum, mul, sqrt, square, sum } from '../graph/ops.js';

/** What an optimiser adds to a program. */
export interface OptimiserGraph {
  /** New values of the parameters and of the optimiser's state. */
  readonly updates: Readonly<Record<string, GraphNode>>;
  /** Those among them that an engine may have one operation for. */
  readonly knownSteps: readonly KnownStep[];
}

/**
 * A rule for changing parameters by their gradients. Its state goes in and comes out as variables, and what changes
 * with the step's number is fed. Updates are element-wise, so that engines can compute each in one pass.
 */
export interface Optimiser {
  /** State before the first step. */
  initial(parameters: TensorMap): TensorMap;
  /** One step; `gradients` in the order of `parameters`. */
  graph(parameters: readonly Variable[], gradients: readonly GraphNode[]): OptimiserGraph;
  /** What the graph must be fed at step t, counted from 1. */
  feeds(step: number): Feeds;
}

/** A variable of the optimiser's state that belongs to a parameter, e.g. `adam/m/w`. */
export function stateName(prefix: string, parameter: string): string {
  return `${prefix}/${parameter}`;
}

/** State of zeros: under each of the prefixes, one value for each parameter value. */
export function zeroState(prefixes: readonly string[], parameters: TensorMap): TensorMap {
  return Object.fromEntries(
    prefixes.flatMap((prefix) =>
      Object.entries(parameters).map(([name, { shape, data }]) => [
        stateName(prefix, name),
        { shape, data: new Float32Array(data.length) },
      ]),
    ),
  );
}

/** The graphs of single parameters, as one. */
export function eachParameter(
  parameters: readonly Variable[],
  gradients: readonly GraphNode[],
  step: (parameter: Variable, gradient: GraphNode) => OptimiserGraph,
): OptimiserGraph {
  const graphs = parameters.map((parameter, i) => {
    const gradient = gradients[i];
    if (gradient === undefined) throw new Error(`no gradient for ${parameter.name}`);
    return step(parameter, gradient);
  });
  return {
    updates: Object.assign({}, ...graphs.map(({ updates }) => updates)) as Record<string, GraphNode>,
    knownSteps: graphs.flatMap(({ knownSteps }) => knownSteps),
  };
}

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
