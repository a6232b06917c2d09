import type { RandomStream } from './random.js';

/**
 * Which target the memory's autoencoder is to reconstruct for each row of a batch: the row itself, or another.
 * "Are we using autoencoders in a wrong way?" (arXiv 2309.01532) proposes the two that draw another: ICRST and TRST.
 */
export interface Encoder {
  /**
   * The row to reconstruct for each row of the batch; entry i in [0, labels.length).
   *
   * @param labels class of each row of the batch
   * @param step optimiser steps taken so far, from 0: for probabilities that change gradually
   */
  targets(labels: Int32Array, step: number, random: RandomStream): Uint32Array;
}
