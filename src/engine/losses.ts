import { ReverieError } from '../core/errors.js';
import { sizeOf } from '../core/tensor.js';
import { sameShape, shapeError, type GraphNode } from './graph/node.js';
import * as g from './graph/ops.js';
import { constant, mul, sum } from './graph/ops.js';

/** Sum of each row: [batch, …] → [batch]. */
export function rowSums(x: GraphNode): GraphNode {
  if (x.shape.length === 0) throw shapeError('rowSums', [x], 'needs a batch axis');
  return sum(
    x,
    x.shape.slice(1).map((_, i) => i + 1),
  );
}

/** Mean of each row: [batch, …] → [batch]. */
export function rowMeans(x: GraphNode): GraphNode {
  return mul(rowSums(x), constant(1 / sizeOf(x.shape.slice(1))));
}

/** L = Σᵣ wᵣ·lᵣ, a scalar: what rows of different worth (new, dreamt) are trained on. Both [batch]. */
export function weightedTotal(rowLosses: GraphNode, weights: GraphNode): GraphNode {
  if (rowLosses.shape.length !== 1 || !sameShape(rowLosses.shape, weights.shape)) {
    throw shapeError('weightedTotal', [rowLosses, weights], 'needs one loss and one weight a row, both [batch]');
  }
  return sum(mul(rowLosses, weights));
}

/** @throws bad-usage unless `value` is a positive number */
function checkPositive(loss: string, what: string, value: number): void {
  if (!(value > 0)) throw new ReverieError('bad-usage', `${loss}: ${what} is ${value}, and must be greater than 0`);
}

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

// Losses over classes: logits z and targets are [batch, classes], the loss is [batch], one number a row, which a caller
// weighs (`weightedTotal`) or averages (`mean`).

/**
 * T > 0: logits are divided by it before they become probabilities; a node [batch, 1] of 1/T where rows have
 * temperatures of their own. Gradients shrink by about 1/T² (Hinton, Vinyals & Dean 2015, section 2), which weights of
 * the rows may take back.
 */
export type Temperature = number | { readonly inverse: GraphNode };

/**
 * L = −Σ_c t_c · log softmax(z/T)_c, for hard targets (a one) or soft ones (a teacher's probabilities, at its own
 * temperature; Hinton, Vinyals & Dean 2015, "Distilling the knowledge in a neural network"). Reduction: the sum over
 * classes; [batch].
 */
export function softmaxCrossEntropy(logits: GraphNode, targets: GraphNode, temperature: Temperature = 1): GraphNode {
  checkRows('softmaxCrossEntropy', logits, targets);
  return g.neg(rowSums(g.mul(targets, g.logSoftmax(tempered(logits, temperature)))));
}

/**
 * L = Σ_c [log(1 + e^(z_c/T)) − t_c·z_c/T]: each class a yes or no of its own, for targets in [0, 1], hard ones or a
 * teacher's σ(z/T) (the distillation of iCaRL; Rebuffi et al. 2017, algorithm 3, there at T = 1). Reduction: the sum over
 * classes; [batch].
 */
export function sigmoidCrossEntropy(logits: GraphNode, targets: GraphNode, temperature: Temperature = 1): GraphNode {
  checkRows('sigmoidCrossEntropy', logits, targets);
  return rowSums(g.sigmoidCrossEntropy(tempered(logits, temperature), targets));
}

/**
 * KL(p ‖ q) = Σ_c p_c·(log p_c − log q_c), p = softmax(teacher/T), q = softmax(student/T) (Kullback & Leibler 1951). Its
 * gradient for the student is that of {@link softmaxCrossEntropy} with targets p; its value is 0 where they agree.
 * Reduction: the sum over classes; [batch].
 */
export function kullbackLeibler(teacher: GraphNode, student: GraphNode, temperature: Temperature = 1): GraphNode {
  checkRows('kullbackLeibler', teacher, student);
  const p = g.logSoftmax(tempered(teacher, temperature));
  const q = g.logSoftmax(tempered(student, temperature));
  return rowSums(g.mul(g.exp(p), g.sub(p, q)));
}

/**
 * The multi-class hinge loss of Weston & Watkins 1999 ("Support vector machines for multi-class pattern recognition"), y
 * being the class that is 1 in the targets:
 *
 *     L = Σ_{c ≠ y} max(0, m − z_y + z_c)
 *
 * Not that of Crammer & Singer, which takes the largest of these terms. Reduction: the sum over classes; [batch].
 * PyTorch's `multi_margin_loss` is this divided by the number of classes.
 *
 * @param targets one 1 a row, else 0
 * @param margin m > 0
 */
export function hinge(logits: GraphNode, targets: GraphNode, margin = 1): GraphNode {
  const [batch = 1] = checkRows('hinge', logits, targets);
  checkPositive('hinge', 'margin', margin);
  const own = g.reshape(rowSums(g.mul(logits, targets)), [batch, 1]);
  const violations = g.relu(g.add(g.sub(logits, own), g.constant(margin)));
  return rowSums(g.mul(g.sub(g.constant(1), targets), violations));
}

function tempered(logits: GraphNode, temperature: Temperature): GraphNode {
  if (typeof temperature !== 'number') return g.mul(logits, temperature.inverse);
  checkPositive('a loss over classes', 'temperature', temperature);
  return temperature === 1 ? logits : g.mul(logits, g.constant(1 / temperature));
}

function checkRows(loss: string, a: GraphNode, b: GraphNode): readonly number[] {
  if (a.shape.length !== 2 || !sameShape(a.shape, b.shape)) {
    throw shapeError(loss, [a, b], 'both must be [batch, classes]');
  }
  return a.shape;
}

// Penalties on codes, added to the reconstruction loss. No reduction over units: what is summed, and when, is the caller's.

/**
 * KL(N(μ, σ²) ‖ N(0, 1)) = ½·(μ² + σ² − 1 − log σ²) in nats, value by value, in closed form (Kingma & Welling 2014,
 * appendix B). The study guide's section 3.3 prints it with the opposite sign.
 *
 * @param mean μ, [batch, units]
 * @param logVariance log σ², [batch, units]
 * @returns [batch, units]
 */
export function gaussianKl(mean: GraphNode, logVariance: GraphNode): GraphNode {
  if (!sameShape(mean.shape, logVariance.shape)) {
    throw shapeError('gaussianKl', [mean, logVariance], 'means and log variances must have one shape');
  }
  const spread = g.sub(g.sub(g.exp(logVariance), g.constant(1)), logVariance);
  return g.mul(g.add(g.square(mean), spread), g.constant(0.5));
}

/** Below it, the logarithm in {@link logOrTangent} is continued by its tangent. */
const leastActivity = 1e-6;

/**
 * log x for x ≥ 10⁻⁶, and below its tangent there, log ε + (x − ε)/ε: finite at 0, with a gradient that still moves a
 * unit.
 */
function logOrTangent(x: GraphNode): GraphNode {
  const least = g.constant(leastActivity);
  const tangent = g.add(g.div(x, least), g.constant(Math.log(leastActivity) - 1));
  return g.where(g.greater(least, x), tangent, g.log(g.maximum(x, least)));
}

/**
 * KL(ρ ‖ ρ̂) = ρ·log(ρ/ρ̂) + (1 − ρ)·log((1 − ρ)/(1 − ρ̂)) in nats, of a unit that is to be active with probability ρ and
 * is so with ρ̂: what a sparse autoencoder sums over its units (study guide, section 1.8). Within 10⁻⁶ of 0 and of 1 the
 * logarithms are continued by their tangents.
 *
 * @param activity ρ̂ of each unit, in [0, 1], of any shape
 * @param rho ρ in (0, 1)
 * @throws bad-usage where ρ is not in (0, 1)
 */
export function bernoulliKl(activity: GraphNode, rho: number): GraphNode {
  if (!(rho > 0 && rho < 1)) {
    throw new ReverieError('bad-usage', `bernoulliKl: rho is ${rho}, and must lie between 0 and 1, say 0.05`);
  }
  const active = g.mul(logOrTangent(activity), g.constant(rho));
  const silent = g.mul(logOrTangent(g.sub(g.constant(1), activity)), g.constant(1 - rho));
  return g.sub(g.constant(rho * Math.log(rho) + (1 - rho) * Math.log(1 - rho)), g.add(active, silent));
}
