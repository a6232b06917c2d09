import { ReverieError } from '../../../core/errors.js';
import type { WalkStart } from './walk-start.js';

/**
 * x₀ = D(seed): seeds from the noise that the memory's codes are held to, decoded. Nothing is kept for it, not even
 * statistics.
 */
export function priorStart(): WalkStart {
  return {
    check: ({ seeds }) => {
      if (seeds !== undefined) return;
      throw new ReverieError(
        'bad-scenario',
        'memory.sampler: "prior" needs a memory whose codes are held to noise, and this one\'s are not; take memory ' +
          '"conditional", or sampler "latent" or "noise"',
      );
    },
    start: (count, _width, random, autoencoder) => {
      const seeds = autoencoder.seeds?.(count, random);
      if (seeds === undefined) throw new Error('a walk was to start from the prior of an autoencoder that has none');
      return autoencoder.decode(seeds, count);
    },
  };
}
