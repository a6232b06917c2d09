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
 *     L = Σᵣ wᵣ · loss(logits[r] / Tᵣ, target[r]) + the terms of the rules
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
  const { terms = [] } = rules;
  return new Trainer({
    engine,
    parameters,
    anchors: Object.assign({}, ...terms.map((term) => term.anchors?.(parameters) ?? {})) as TensorMap,
    nodes: network.parameters,
    optimiser: modelOptimiser(options, steps),
    objective: (batch) => {
      const graph = network.graph(feed('x', [batch, options.width]));
      const perClass = (name: string): GraphNode => feed(name, [batch, network.classes]);
      const inverse = feed('inverseTemperatures', [batch, 1]);
      const mask = masked ? perClass('mask') : undefined;
      const rowLosses = network.losses(options.loss, graph.x, perClass('targets'), { inverse }, mask);
      const added = terms.map((term) => [term.name, term.build(graph, batch)] as const);
      const loss = added.reduce<GraphNode>(
        (sum, [, term]) => add(sum, term),
        weightedTotal(rowLosses, feed('weights', [batch])),
      );
      return { loss, fetches: { rowLosses, ...Object.fromEntries(added) } };
    },
    transformGradients: (ofLoss) =>
      rules.transformGradients?.(ofLoss, (name, count) => network.gradientsOn(name, count, options.width)) ?? ofLoss,
  });
}
