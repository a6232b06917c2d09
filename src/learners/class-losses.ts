import type { GraphNode } from '../engine/graph/node.js';
import { add, constant, greater, log, mul, sigmoid, softmax, where } from '../engine/graph/ops.js';
import { sigmoidCrossEntropy, softmaxCrossEntropy, rowSums, type Temperature } from '../engine/losses.js';

/** The losses that a classifier can be trained with; all are of logits and targets [batch, classes], and give [batch]. */
export const classLossNames = ['cross-entropy', 'kullback-leibler', 'binary-cross-entropy'] as const;
export type ClassLoss = (typeof classLossNames)[number];

const rowLosses = {
  'cross-entropy': softmaxCrossEntropy,
  'kullback-leibler': kullbackLeiblerFromTargets,
  'binary-cross-entropy': sigmoidCrossEntropy,
} as const satisfies Record<ClassLoss, (logits: GraphNode, targets: GraphNode, t: Temperature) => GraphNode>;

/** The loss of each row, with logits divided by the row's temperature. */
export function classLoss(
  loss: ClassLoss,
  logits: GraphNode,
  targets: GraphNode,
  temperature: Temperature = 1,
): GraphNode {
  return rowLosses[loss](logits, targets, temperature);
}

/** What the logits of a classifier that was trained with this loss say of each class. */
export function classProbabilities(loss: ClassLoss, logits: GraphNode): GraphNode {
  return loss === 'binary-cross-entropy' ? sigmoid(logits) : softmax(logits);
}

/**
 * KL(t ‖ softmax(z/T)) = Σ_c t_c·(log t_c − log softmax(z/T)_c) with 0·log 0 = 0, for targets that are probabilities
 * already (Kullback & Leibler 1951). It is the cross-entropy less the entropy of the targets, which no parameter moves:
 * both teach the same, but this one is 0 where the student agrees with its teacher.
 */
function kullbackLeiblerFromTargets(logits: GraphNode, targets: GraphNode, temperature: Temperature): GraphNode {
  const one = constant(1);
  const logTargets = log(where(greater(targets, constant(0)), targets, one));
  return add(softmaxCrossEntropy(logits, targets, temperature), rowSums(mul(targets, logTargets)));
}
