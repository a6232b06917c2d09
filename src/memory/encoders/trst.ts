import type { Encoder } from '../../core/encoder.js';

/**
 * TRST, total random sampling training (arXiv 2309.01532): with probability p, drawn for each row by itself, the
 * target is a random sample of the whole set, else the row itself. Like ICRST it draws from the batch.
 *
 * @param p in [0, 1]
 */
export function trstEncoder(p: number): Encoder {
  return {
    targets: (labels, _step, random) =>
      Uint32Array.from(labels, (_, row) => (random.uniform() < p ? random.integer(labels.length) : row)),
  };
}
