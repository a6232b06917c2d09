import type { GraphNode } from '../graph/node.js';
import * as g from '../graph/ops.js';
import { sameShape, shapeError } from '../graph/shapes.js';
import { checkPositive } from './rows.js';

// Losses between values: output and target have one shape, and so has the loss, one number for each value. `rowSums`,
// `rowMeans` and `mean` reduce it: of squaredError, `mean` makes the MSE.

/** (y − t)². Reduction: none. PyTorch's `mse_loss`. */
export function squaredError(output: GraphNode, target: GraphNode): GraphNode {
  checkPair('squaredError', output, target);
  return g.square(g.sub(output, target));
}

/**
 * Huber's loss (Huber 1964, "Robust estimation of a location parameter"), of e = y − t:
 *
 *     ½·e²             where |e| ≤ δ
 *     δ·(|e| − ½·δ)    elsewhere
 *
 * Reduction: none. PyTorch's `huber_loss`; its `smooth_l1_loss` is this divided by δ.
 *
 * @param delta δ > 0
 */
export function huber(output: GraphNode, target: GraphNode, delta = 1): GraphNode {
  checkPair('huber', output, target);
  checkPositive('huber', 'delta', delta);
  // With c = clip(e, ±δ) both branches are c·(e − ½·c), and so are their derivatives.
  const e = g.sub(output, target);
  const c = g.clip(e, -delta, delta);
  return g.mul(c, g.sub(e, g.mul(c, g.constant(0.5))));
}

/** The smallest logarithm in {@link binaryCrossEntropy}. */
const lowestLog = -100;

/**
 * −[t·log p + (1 − t)·log(1 − p)], each logarithm at least −100, so that a certain and wrong p costs much, not infinitely
 * much. p and t in [0, 1]. Reduction: none. PyTorch's `binary_cross_entropy`, but for the gradient of a logarithm that
 * is held at −100: 0 here, ∓10¹² there. Where logits are at hand, {@link binaryCrossEntropyWithLogits} is more exact.
 */
export function binaryCrossEntropy(probability: GraphNode, target: GraphNode): GraphNode {
  checkPair('binaryCrossEntropy', probability, target);
  const one = g.constant(1);
  const likely = g.mul(target, heldLog(probability));
  const unlikely = g.mul(g.sub(one, target), heldLog(g.sub(one, probability)));
  return g.neg(g.add(likely, unlikely));
}

/**
 * Binary cross-entropy under p = σ(z), from logits: log(1 + eᶻ) − z·t, for t in [0, 1]. Reduction: none. PyTorch's
 * `binary_cross_entropy_with_logits`.
 */
export function binaryCrossEntropyWithLogits(logit: GraphNode, target: GraphNode): GraphNode {
  checkPair('binaryCrossEntropyWithLogits', logit, target);
  return g.sigmoidCrossEntropy(logit, target);
}

/** max(log p, −100). The logarithm is never taken at 0, where its gradient, 0·∞, would be no number. */
function heldLog(p: GraphNode): GraphNode {
  const open = g.greater(p, g.constant(Math.exp(lowestLog)));
  return g.where(open, g.log(g.where(open, p, g.constant(1))), g.constant(lowestLog));
}

function checkPair(loss: string, output: GraphNode, target: GraphNode): void {
  if (!sameShape(output.shape, target.shape)) {
    throw shapeError(loss, [output, target], 'output and target must have one shape');
  }
}
