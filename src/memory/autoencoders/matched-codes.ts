import type { GraphNode } from '../../engine/graph/node.js';
import * as g from '../../engine/graph/ops.js';

/** s of the kernel, as in Tolstikhin et al. 2018. */
const scales = [0.1, 0.2, 0.5, 1, 2, 5, 10] as const;

/**
 * How far the codes of each class are from N(0, I), by maximum mean discrepancy, classes weighing what their rows do:
 *
 *     Σ_y p_y·MMD²(z | y, n) = Σ_{i,j of one class} wᵢwⱼ/p_y·k(zᵢ, zⱼ) − 2/m·Σᵢ wᵢ·Σⱼ k(zᵢ, nⱼ) + constant
 *     k(a, b) = mean_s C/(C + ‖a − b‖²),   C = 2·d·s,   p_y = Σ of wᵢ over the rows of class y
 *
 * Kernel and penalty are those of Tolstikhin, Bousquet, Gelly and Schölkopf, "Wasserstein auto-encoders" (2018), there
 * for all codes together. Class by class, codes cannot tell of the class: the decoder has to go by what it is told, and
 * noise is as good a code for one class as for another.
 *
 * @param code z, [batch, d]
 * @param noise n ~ N(0, I), [m, d]
 * @param weights w of the rows, [batch], summing to 1
 * @param pairs wᵢwⱼ/p_y where rows i and j are of one class, else 0, [batch, batch]; see {@link pairWeights}
 * @returns a scalar; it may be negative, as the constant is left out
 */
export function distanceFromNoise(code: GraphNode, noise: GraphNode, weights: GraphNode, pairs: GraphNode): GraphNode {
  const [batch = 0] = code.shape;
  const [draws = 1] = noise.shape;
  const within = g.sum(g.mul(kernel(code, code), pairs));
  const between = g.sum(g.mul(kernel(code, noise), g.reshape(weights, [batch, 1])));
  return g.sub(within, g.mul(between, g.constant(2 / draws)));
}

/** wᵢwⱼ/p_y for rows of one class, 0 for others: `labels.length` rows of as many values. */
export function pairWeights(labels: Int32Array, weights: Float32Array): Float32Array {
  const count = labels.length;
  const mass = new Map<number, number>();
  labels.forEach((label, row) => mass.set(label, (mass.get(label) ?? 0) + (weights[row] ?? 0)));
  const pairs = new Float32Array(count * count);
  for (let i = 0; i < count; i++) {
    const label = labels[i] ?? -1;
    const scaled = (weights[i] ?? 0) / (mass.get(label) ?? 1);
    for (let j = 0; j < count; j++) if (labels[j] === label) pairs[i * count + j] = scaled * (weights[j] ?? 0);
  }
  return pairs;
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
