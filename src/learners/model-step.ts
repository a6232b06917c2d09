import type { TensorMap } from '../core/tensor.js';
import type { Engine } from '../engine/engine.js';
import type { GraphNode } from '../engine/graph/node.js';
import { add, feed } from '../engine/graph/ops.js';
import { weightedTotal } from '../engine/losses.js';
import { Trainer } from '../engine/training/trainer.js';
import type { ClassLoss } from './class-losses.js';
import type { ModelNetwork } from './model-graph.js';
import { modelOptimiser, type ModelOptimiser } from './optimiser-choice.js';
import type { StepRules } from './step-rules.js';

/**
 * What takes the steps of a model: fed `x`, `targets`, `weights` and `inverseTemperatures` by row, the `mask` of its logits
 * where there is one, and what its rules feed.
 *
 *     L = Σᵣ wᵣ · loss(logits[r] / Tᵣ, target[r]) + the terms of the rules + their penalty
 *
 * @param steps of the task
 * @param masked whether some outputs have no part in the loss of some rows
 */
export function stepTrainer(
  engine: Engine,
  network: ModelNetwork,
  parameters: TensorMap,
  options: ModelOptimiser & { readonly width: number; readonly loss: ClassLoss },
  steps: number,
  rules: StepRules,
  masked: boolean,
): Trainer {
  const { terms = [], penalty, trains } = rules;
  const nodes = trains === 'head' ? network.head : network.parameters;
  const all = penalty === undefined ? terms : [...terms, penalty];
  return new Trainer({
    engine,
    parameters,
    ...(rules.statistics && { statistics: rules.statistics(parameters) }),
    anchors: Object.assign({}, ...all.map((term) => term.anchors?.(parameters) ?? {})) as TensorMap,
    nodes,
    optimiser: modelOptimiser(options, steps),
    objective: (batch) => {
      const graph = network.graph(feed('x', [batch, options.width]));
      const perClass = (name: string): GraphNode => feed(name, [batch, network.classes]);
      const inverse = feed('inverseTemperatures', [batch, 1]);
      const mask = masked ? perClass('mask') : undefined;
      const rowLosses = network.losses(options.loss, graph.outputs, perClass('targets'), { inverse }, mask);
      const added = terms.map((term) => [term.name, term.build(graph, batch)] as const);
      const loss = added.reduce<GraphNode>(
        (sum, [, term]) => add(sum, term),
        weightedTotal(rowLosses, feed('weights', [batch])),
      );
      const fetches = { rowLosses, ...Object.fromEntries(added) };
      if (penalty === undefined) return { loss, fetches };
      const ofParameters = penalty.build(graph, batch);
      return { loss, penalty: ofParameters, fetches: { ...fetches, [penalty.name]: ofParameters } };
    },
    transformGradients: (ofLoss) =>
      rules.transformGradients?.(ofLoss, (name, count) => network.gradientsOn(name, count, options.width, nodes)) ??
      ofLoss,
    extraUpdates: (step) => rules.updates?.({ ...step, parameters: nodes }) ?? {},
  });
}
