import type { GraphNode } from '../graph/node.js';
import * as g from '../graph/ops.js';
import { sameShape, shapeError } from '../graph/shapes.js';
import { checkPositive, rowSums } from './rows.js';

// Losses over classes: logits z and targets are [batch, classes], the loss is [batch], one number a row, which a caller
// weighs (`weightedTotal`) or averages (`mean`).

/**
 * T > 0: logits are divided by it before they become probabilities. Where rows have temperatures of their own, real ones
 * at 1 beside dreamt ones at 2, they are given as a node [batch, 1] of 1/T.
 *
 * Gradients shrink by about 1/T² (Hinton, Vinyals & Dean 2015, section 2); no loss here takes that back, whoever mixes
 * temperatures does it with the weights of the rows.
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
