import { rowsByLabel } from '../../core/dataset.js';
import type { GraphNode } from '../../engine/graph/node.js';
import * as g from '../../engine/graph/ops.js';

/** s of the kernel, as in Tolstikhin et al. 2018. */
const scales = [0.1, 0.2, 0.5, 1, 2, 5, 10] as const;

/**
 * The maximum mean discrepancy between the codes of each class and N(0, I), classes weighing what their rows do:
 *
 *     Σ_y p_y·MMD²(z | y, n) = Σ_{i≠j of one class} p_y·wᵢwⱼ/(p_y² − q_y)·k(zᵢ, zⱼ) − 2/m·Σᵢ wᵢ·Σⱼ k(zᵢ, nⱼ) + constant
 *     k(a, b) = mean_s C/(C + ‖a − b‖²),   C = 2·d·s,   p_y = Σ wᵢ and q_y = Σ wᵢ² over the rows of class y
 *
 * It is the unbiased estimate (Gretton et al. 2012, "A kernel two-sample test", lemma 6, with weights): pairs of a row with
 * itself would pull the codes of a class of few rows together, the more the fewer they are. A class of a single row has no
 * pair and is left out.
 *
 * Kernel and penalty are those of Tolstikhin, Bousquet, Gelly and Schölkopf, "Wasserstein auto-encoders" (2018), there
 * for all codes together. Class by class, codes carry no information about the class: the decoder must take it from its
 * condition, and noise is as good a code for one class as for another.
 *
 * @param code z, [batch, d]
 * @param noise n ~ N(0, I), [m, d]
 * @param rows wᵢ, [batch], and @param pairs the weights of k(zᵢ, zⱼ), [batch, batch]; see {@link mmdWeights}
 * @returns a scalar; it may be negative, as the constant is left out
 */
export function classConditionalMmd(code: GraphNode, noise: GraphNode, rows: GraphNode, pairs: GraphNode): GraphNode {
  const [batch = 0] = code.shape;
  const [draws = 1] = noise.shape;
  const within = g.sum(g.mul(kernel(code, code), pairs));
  const between = g.sum(g.mul(kernel(code, noise), g.reshape(rows, [batch, 1])));
  return g.sub(within, g.mul(between, g.constant(2 / draws)));
}

/** What {@link classConditionalMmd} weighs kernels by. */
export interface MmdWeights {
  /** wᵢ; 0 where the class has no other row. */
  readonly rows: Float32Array;
  /** p_y·wᵢwⱼ/(p_y² − q_y) where i ≠ j are rows of one class, else 0: as many rows of as many values. */
  readonly pairs: Float32Array;
}

/** @param labels class of each row; @param weights w of the rows, summing to 1 */
export function mmdWeights(labels: Int32Array, weights: Float32Array): MmdWeights {
  const count = labels.length;
  const rows = new Float32Array(count);
  const pairs = new Float32Array(count * count);
  for (const own of rowsByLabel(labels).values()) {
    const weighing = own.filter((row) => (weights[row] ?? 0) > 0);
    if (weighing.length < 2) continue;
    let [p, q] = [0, 0];
    for (const row of weighing) {
      const weight = weights[row] ?? 0;
      p += weight;
      q += weight ** 2;
    }
    const scale = p / (p ** 2 - q);
    for (const i of weighing) {
      rows[i] = weights[i] ?? 0;
      for (const j of weighing) if (i !== j) pairs[i * count + j] = scale * (weights[i] ?? 0) * (weights[j] ?? 0);
    }
  }
  return { rows, pairs };
}

/** k(aᵢ, bⱼ): [n, d] and [m, d] → [n, m]. */
function kernel(a: GraphNode, b: GraphNode): GraphNode {
  const [n = 0, width = 0] = a.shape;
  const [m = 0] = b.shape;
  const lengths = g.add(g.sum(g.square(a), [1], { keepDims: true }), g.reshape(g.sum(g.square(b), [1]), [1, m]));
  const products = g.mul(g.matMul(a, b, { transposeB: true }), g.constant(2));
  // Of a row and itself rounding can leave less than nothing.
  const distances = g.relu(g.sub(lengths, products));
  const terms = scales.map((scale) => {
    const c = g.constant(2 * width * scale);
    return g.div(c, g.add(c, distances));
  });
  const [first = g.broadcastTo(g.constant(0), [n, m]), ...others] = terms;
  return g.mul(
    others.reduce((total, term) => g.add(total, term), first),
    g.constant(1 / scales.length),
  );
}
