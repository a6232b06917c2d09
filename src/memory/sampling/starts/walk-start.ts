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
  /** What it keeps, for whoever has anything to keep. */
  save?(): Snapshot;
  restore?(snapshot: Snapshot): void;
}
