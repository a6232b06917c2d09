import { ReverieError } from '../../core/errors.js';
import type { GraphNode } from '../graph/node.js';
import * as g from '../graph/ops.js';
import { sameShape, shapeError } from '../graph/shapes.js';

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
 * log x for x ≥ 10⁻⁶, and below its tangent there, log ε + (x − ε)/ε: finite at 0, and with a gradient that still moves a
 * unit which is never, or always, active. A clipped logarithm has none there.
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
