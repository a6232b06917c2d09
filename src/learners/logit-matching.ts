import { constant, feed, mul, square, sub, sum } from '../engine/graph/ops.js';
import { joined } from '../core/tensor.js';
import type { Exemplars } from './stored-samples.js';
import type { LossTerm } from './step-rules.js';

/** Sizes of the batch of stored samples: r rows of so many values, C classes met. */
interface StoredBatch {
  readonly rows: number;
  readonly width: number;
  readonly classes: number;
}

/**
 * The term of dark experience replay (Buzzega et al. 2020, "Dark experience for general continual learning", equation 5),
 *
 *     α·(1/(r·C))·Σ_b Σ_c (z_c(x_b) − z_bc)²,
 *
 * with z_b the logits that were stored with the sample x_b. The mean is over samples and classes, as in the authors' code. Fed
 * {@link storedBatch}.
 */
export function logitMatching(alpha: number, { rows, width, classes }: StoredBatch): LossTerm {
  return {
    name: 'matching',
    build({ logitsOf }) {
      const z = logitsOf(feed('stored/x', [rows, width]));
      const apart = square(sub(z, feed('stored/logits', [rows, classes])));
      return mul(constant(alpha), sum(mul(feed('stored/weights', [rows, 1]), apart)));
    },
  };
}

/** Samples with a logit for each class as `extras`, for {@link logitMatching}; fewer than r leave rows without weight. */
export function storedBatch(
  { features, extras, count }: Exemplars,
  { rows, width, classes }: StoredBatch,
): Readonly<Record<string, Float32Array>> {
  const x = new Float32Array(rows * width);
  const logits = new Float32Array(rows * classes);
  const weights = new Float32Array(rows).fill(1 / (count * classes), 0, count);
  x.set(features);
  logits.set(joined(extras));
  return { 'stored/x': x, 'stored/logits': logits, 'stored/weights': weights };
}
