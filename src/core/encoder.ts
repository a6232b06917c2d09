import type { Samples } from './dataset.js';
import type { RandomStream } from './random.js';
import type { Warning } from './warning.js';

/**
 * Which target the memory's autoencoder is to reconstruct for each row of a batch: the row itself, or another.
 * "Are we using autoencoders in a wrong way?" (arXiv 2309.01532) proposes the two that draw another: ICRST and TRST.
 *
 * An encoder keeps nothing from batch to batch: it is not part of a checkpoint.
 */
export interface Encoder {
  /**
   * The row to reconstruct for each row of the batch; entries in [0, labels.length).
   *
   * @param labels class of each row that may be reconstructed, −1 for one that has none: first those of the batch
   * @param step optimiser steps taken so far, from 0, for probabilities that change gradually. A memory in a stream of
   *   tasks counts its own steps, anew in each task
   * @param sample the values of a row; not to be kept or changed
   * @param count rows of the batch: the first so many. All of them where absent; fewer only for an encoder that
   *   {@link drawsFromPool}
   */
  targets(labels: Int32Array, step: number, random: RandomStream, sample: SampleOf, count?: number): Uint32Array;

  /**
   * Whether a memory is to show it more rows than the batch has, so that a target of a class is hardly ever the row itself:
   * more samples of the task, and recent dreams of what came before, in the proportion of the batch.
   */
  readonly drawsFromPool?: boolean;

  /**
   * Looks, before any training, at what targets will be drawn from. Gives warnings about it.
   *
   * @throws bad-data where no targets can be drawn from that, e.g. where classes are needed and there are none
   */
  check?(use: EncoderUse): readonly Warning[];
}

/** The values of a row, as many as a sample has. */
export type SampleOf = (row: number) => Float32Array;

/** What an encoder is going to be used for. */
export interface EncoderUse {
  /** All samples of all tasks. */
  readonly train: Pick<Samples, 'size' | 'label'>;
  /** Optimiser steps between the step 0 and the end: of the longest task, in a stream of tasks. */
  readonly steps: number;
}
