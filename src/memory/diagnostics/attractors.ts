import { topClasses } from '../../core/teacher.js';
import type { Dreams, DreamSource } from '../../core/memory.js';
import { distinctPoints, squaredDistance } from '../../metrics/distances.js';

/** Noise-free jumps after which a walk is given up. */
export const jumpsToSettle = 500;
/** A walk has settled when a jump changes its values by less than this, root mean square. */
export const settledBelow = 1e-4;
/** Ends of walks that differ by at most this, root mean square, are one attractor. */
export const sameWithin = 1e-2;

/** Where walks without noise end. */
export interface Attractors {
  /** Different ends. */
  readonly distinct: number;
  /** Share, in [0, 1], of the walks that came to rest. */
  readonly settled: number;
  /** Different classes that the teacher gives to the ends. */
  readonly classes: number;
}

/**
 * The attractors that dreams lead to: x ↦ AE(x), without noise, from each dream on until all walks rest or
 * {@link jumpsToSettle} is reached. Where walks from many dreams end in few points, long walks end there too ("spurious
 * attractors", Solinas et al. 2020, section V-a). Undefined where the memory has no single reinjections to offer.
 */
export async function attractorsOf(memory: DreamSource, start: Dreams): Promise<Attractors | undefined> {
  const { count } = start;
  const width = start.features.length / count;
  const tolerance = settledBelow ** 2 * width;
  let at = start;
  let settled = 0;
  for (let jump = 0; jump < jumpsToSettle && settled < count; jump++) {
    const next = await memory.reinject?.(at.features, count);
    if (next === undefined) return undefined;
    settled = 0;
    for (let row = 0; row < count; row++) {
      if (squaredDistance(at.features, row, next.features, row, width) < tolerance) settled++;
    }
    at = next;
  }
  const ends = distinctPoints(at.features, count, sameWithin * Math.sqrt(width));
  return {
    distinct: new Set(ends).size,
    settled: settled / count,
    classes: new Set(topClasses(at.logits, at.classes, count)).size,
  };
}
