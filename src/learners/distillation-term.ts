import type { GraphNode } from '../engine/graph/node.js';
import { add, constant, feed, mean, mul, pad, slice, softmax } from '../engine/graph/ops.js';
import { softmaxCrossEntropy } from '../engine/losses.js';
import type { LossTerm } from './step-rules.js';

/** What the teacher's logits are fed as, [batch, outputs that it has]. */
export const teacherLogits = 'teacher/logits';

interface DistillationOptions {
  /** Classes that the teacher knew. */
  readonly known: number;
  /** Columns of outputs that each of the softmaxes is over, without a gap; one over all outputs where absent. */
  readonly over: readonly (readonly number[])[] | undefined;
  readonly temperature: number;
  readonly weight: number;
  /** Whether the teacher has as many outputs as the learning one, and not only those of classes that it knew. */
  readonly wide: boolean;
}

/**
 * What a teacher says of the batch itself, as a term of the loss (Hinton, Vinyals & Dean 2015),
 *
 *     weight·mean_n Σ_heads H(softmax(z′_n/T), softmax(z_n/T)),    H(p, q) = −Σ_c p_c·log q_c
 *
 * z′ the teacher's logits, which are fed as {@link teacherLogits}, z those of the model, each softmax over the columns of a head.
 * Of outputs that the teacher did not have its probability is 0. Lowest, the entropy of the teacher, where both agree.
 */
export function distillation({ known, over, temperature, weight, wide }: DistillationOptions): LossTerm {
  return {
    name: 'distillation',
    build({ outputs }, batch) {
      const [, width = known] = outputs.shape;
      const taught = wide ? width : known;
      const probabilities = (logits: GraphNode): GraphNode => softmax(mul(logits, constant(1 / temperature)));
      const teacher = feed(teacherLogits, [batch, taught]);
      const rows =
        over === undefined
          ? [softmaxCrossEntropy(outputs, pad(probabilities(teacher), [0, 0], [0, width - taught]), temperature)]
          : over.map((columns) => {
              const of = (logits: GraphNode) => slice(logits, [0, columns[0] ?? 0], [batch, columns.length]);
              return softmaxCrossEntropy(of(outputs), probabilities(of(teacher)), temperature);
            });
      return mul(mean(rows.reduce((a, b) => add(a, b))), constant(weight));
    },
  };
}
