import { ReverieError } from '../../core/errors.js';
import type { GraphNode } from '../graph/node.js';
import * as g from '../graph/ops.js';
import { sameShape, shapeError } from '../graph/shapes.js';

// What codes are held to, beside what they reconstruct. No reduction over units: what is summed, and when, is the caller's.

/**
 * KL(N(μ, σ²) ‖ N(0, 1)) = ½·(μ² + σ² − 1 − log σ²) in nats, value by value, in closed form (Kingma & Welling 2014,
 * appendix B). The study guide's section 3.3 prints it with the opposite sign.
 *
 * @param mean μ, [batch, units]
 * @param logVariance log σ², [batch, units]
 * @returns [batch, units]
 */
export function normalDivergence(mean: GraphNode, logVariance: GraphNode): GraphNode {
  if (!sameShape(mean.shape, logVariance.shape)) {
    throw shapeError('normalDivergence', [mean, logVariance], 'means and log variances must have one shape');
  }
  const spread = g.sub(g.sub(g.exp(logVariance), g.constant(1)), logVariance);
  return g.mul(g.add(g.square(mean), spread), g.constant(0.5));
}

/** The nearest to 0 and to 1 that an activity is taken for: beyond, its logarithm in float32 would be infinite. */
const leastActivity = 1e-6;

/**
 * KL(ρ ‖ ρ̂) = ρ·log(ρ/ρ̂) + (1 − ρ)·log((1 − ρ)/(1 − ρ̂)) in nats, of a unit that is to be active with probability ρ and
 * is so with ρ̂: what a sparse autoencoder sums over its units (study guide, section 1.8). ρ̂ is held 10⁻⁶ away from 0 and
 * from 1.
 *
 * @param activity ρ̂ of each unit, in [0, 1], of any shape
 * @param rho ρ in (0, 1)
 * @throws bad-usage where ρ is not in (0, 1)
 */
export function activityDivergence(activity: GraphNode, rho: number): GraphNode {
  if (!(rho > 0 && rho < 1)) {
    throw new ReverieError('bad-usage', `activityDivergence: rho is ${rho}, and must lie between 0 and 1, say 0.05`);
  }
  const held = g.clip(activity, leastActivity, 1 - leastActivity);
  const active = g.mul(g.log(held), g.constant(rho));
  const silent = g.mul(g.log(g.sub(g.constant(1), held)), g.constant(1 - rho));
  return g.sub(g.constant(rho * Math.log(rho) + (1 - rho) * Math.log(1 - rho)), g.add(active, silent));
}
