import { ReverieError } from '../../../core/errors.js';
import type { RandomStream } from '../../../core/random.js';
import type { FrozenAutoencoder, TaskEndContext } from '../../../core/sampler.js';
import type { Snapshot } from '../../../core/snapshot.js';

/** Where walks begin: the part of a sampler that is easiest to write anew. Only `start` is needed. */
export interface WalkStart {
  /**
   * x₀ of `count` walks: `count` rows of `width` values, an array that nobody else writes to.
   *
   * @param autoencoder the one that is walked upon, for starts that come from codes
   */
  start(
    count: number,
    width: number,
    random: RandomStream,
    autoencoder: FrozenAutoencoder,
  ): Float32Array | Promise<Float32Array>;

  /** Takes statistics from codes of what is known, as {@link import('../../../core/sampler.js').Sampler.fit} does. */
  fit?(codes: Float32Array, labels: Int32Array, codeWidth: number, random: RandomStream): void;
  /** Looks at the end of a task. */
  consolidate?(context: TaskEndContext, random: RandomStream): Promise<void> | void;
  /** @throws bad-scenario where it does not suit this autoencoder */
  check?(autoencoder: Pick<FrozenAutoencoder, 'width' | 'codeWidth' | 'samplePrior'>): void;
  /** Real samples that it keeps. */
  storedSamples?(): number;
  /** What it keeps, where it keeps anything. */
  save?(): Snapshot;
  restore?(snapshot: Snapshot): void;
}

/** x₀ ~ N(0, I): "a good prior when no information is available" (Solinas et al. 2020, section IV-B). */
export function normalStart(): WalkStart {
  return {
    start: (count, width, random) => {
      const x = new Float32Array(count * width);
      random.fillNormal(x);
      return x;
    },
  };
}

/** x₀ uniform in [0, 1], each value by itself: the range that samples are scaled to. */
export function uniformStart(): WalkStart {
  return {
    start: (count, width, random) => {
      const x = new Float32Array(count * width);
      for (let i = 0; i < x.length; i++) x[i] = random.uniform();
      return x;
    },
  };
}

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
