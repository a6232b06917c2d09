import { ReverieError } from '../../../core/errors.js';
import type { WalkStart } from './walk-start.js';

/** x₀ = D(z), z drawn from the latent prior of the memory. Nothing is kept for it, not even statistics. */
export function priorStart(): WalkStart {
  return {
    check: ({ samplePrior }) => {
      if (samplePrior !== undefined) return;
      throw new ReverieError(
        'bad-scenario',
        'memory.sampler: "prior" needs a memory that makes codes of noise, and this one does not; give memory "autoencoder" ' +
          'its option "flow", take memory "conditional" or "variational", or sampler "latent" or "noise"',
      );
    },
    start: async (count, _width, random, autoencoder) => {
      const codes = await autoencoder.samplePrior?.(count, random);
      if (codes === undefined) throw new Error('a walk was to start from the prior of an autoencoder that has none');
      return autoencoder.decode(codes, count);
    },
  };
}
