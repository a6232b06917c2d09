import { labelsOf, type Samples } from '../../core/dataset.js';
import type { Encoder, SampleOf } from '../../core/encoder.js';
import type { RandomStream } from '../../core/random.js';

/** Times per pass that targets are drawn: so often does a probability that changes with the steps take effect. */
const drawsPerPass = 32;

/**
 * Which row each row is to reconstruct, drawn among all samples: what the encoder is shown as one batch is the whole set.
 * So a class mate is any sample of the class, as in arXiv 2309.01532, however small the batches are that train. In a
 * batch of 32 with ten classes, three rows in ten would draw themselves, and ICRST would be half an identity.
 */
export class SetTargets {
  readonly #labels: Int32Array;
  readonly #sample: SampleOf;
  readonly #every: number;
  #drawnAt = -Infinity;
  #targets: Uint32Array = new Uint32Array();

  /** @param stepsPerPass optimiser steps in which all samples are seen once */
  constructor(
    samples: Samples,
    private readonly encoder: Encoder,
    private readonly random: RandomStream,
    stepsPerPass: number,
  ) {
    this.#labels = labelsOf(samples);
    this.#sample = sampleOf(samples);
    this.#every = Math.max(1, Math.floor(stepsPerPass / drawsPerPass));
  }

  /**
   * The row to reconstruct for each of these.
   *
   * @param step optimiser steps taken so far
   */
  of(rows: Uint32Array, step: number): Uint32Array {
    if (step >= this.#drawnAt + this.#every) {
      this.#targets = this.encoder.targets(this.#labels, step, this.random, this.#sample);
      this.#drawnAt = step;
    }
    return rows.map((row) => this.#targets[row] ?? row);
  }
}

/** The values of a sample, copied. */
export function sampleOf(samples: Samples): SampleOf {
  return (row) => {
    const values = new Float32Array(samples.width);
    samples.copyRows([row], values);
    return values;
  };
}
