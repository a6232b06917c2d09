import type { Samples } from './dataset.js';
import type { RandomStream } from './random.js';

/** Rows of a batch, and which pass over the data they are from. */
export interface BatchRows {
  readonly rows: Uint32Array;
  /** From 1. */
  readonly epoch: number;
  readonly endsEpoch: boolean;
}

/**
 * Endless batches of row numbers: pass after pass over all rows, each in a new random order. Every batch is full; where
 * a pass ends inside a batch, the next pass fills it up.
 */
export function* shuffledBatches(
  samples: Pick<Samples, 'size'>,
  batchSize: number,
  random: RandomStream,
): Generator<BatchRows, never> {
  let order = random.permutation(samples.size);
  let at = 0;
  let epoch = 1;
  const nextPassWhereDone = (): void => {
    if (at < order.length) return;
    order = random.permutation(samples.size);
    at = 0;
    epoch++;
  };
  for (;;) {
    nextPassWhereDone();
    const rows = new Uint32Array(batchSize);
    const startedIn = epoch;
    for (let i = 0; i < batchSize; i++) {
      nextPassWhereDone();
      rows[i] = order[at++] ?? 0;
    }
    yield { rows, epoch: startedIn, endsEpoch: at === order.length || epoch > startedIn };
  }
}
