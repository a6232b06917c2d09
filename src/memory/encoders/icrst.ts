import type { Encoder } from '../../core/encoder.js';
import { rowsByLabel } from '../rows-by-label.js';

/**
 * ICRST, in-class random sampling training (arXiv 2309.01532): with probability p, drawn for each row by itself, the
 * target is a random sample of the row's class, else the row itself.
 *
 * The random sample is taken from the batch, which is a random sample of the class already; so nothing needs to be
 * stored, and in a stream of tasks dreams of a class stand in for it. A row may draw itself.
 *
 * @param p in [0, 1]
 */
export function icrstEncoder(p: number): Encoder {
  return {
    targets: (labels, _step, random) => {
      const rowsOf = rowsByLabel(labels);
      return Uint32Array.from(labels, (label, row) => {
        const mates = rowsOf.get(label) ?? [row];
        return random.uniform() < p ? (mates[random.integer(mates.length)] ?? row) : row;
      });
    },
  };
}
