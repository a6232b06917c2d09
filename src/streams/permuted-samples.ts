import type { Samples } from '../core/dataset.js';
import { SampleView } from './sample-view.js';

/**
 * A view of samples whose values come in another order: value j is value `permutation[j]` of the sample as it was.
 *
 * @param permutation the numbers 0 … width − 1 in any order; the samples themselves where there is none
 */
export function permutedSamples(samples: Samples, permutation: Uint32Array | undefined): Samples {
  return permutation === undefined ? samples : new PermutedSamples(samples, permutation);
}

class PermutedSamples extends SampleView {
  readonly #row: Float32Array;

  constructor(
    base: Samples,
    private readonly permutation: Uint32Array,
  ) {
    super(base);
    this.#row = new Float32Array(base.width);
  }

  override copyRows(rows: ArrayLike<number>, out: Float32Array, at = 0): void {
    this.base.copyRows(rows, out, at);
    for (let i = at; i < at + rows.length; i++) {
      const row = out.subarray(i * this.width, (i + 1) * this.width);
      this.#row.set(row);
      for (let j = 0; j < row.length; j++) row[j] = this.#row[this.permutation[j] ?? 0] ?? 0;
    }
  }

  select(rows: ArrayLike<number>): Samples {
    return new PermutedSamples(this.base.select(rows), this.permutation);
  }
}
