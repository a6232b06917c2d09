import type { Encoder } from '../../core/encoder.js';
import { injected } from './injected.js';
import { classesFor, rowsByClassFor, singleSamples } from './label-checks.js';
import type { Probability } from './probability.js';

const name = 'icrst';

/**
 * ICRST, in-class random sampling training (arXiv 2309.01532): with probability p, drawn for each row by itself, the
 * target is a random sample of the row's class, else the row itself.
 *
 * The random sample is taken from the batch, which is a random sample of the class already; so nothing needs to be
 * stored, and in a stream of tasks dreams of a class stand in for it. A row may draw itself.
 *
 * Throws `bad-data` for a row without a class; its check warns of classes of one sample.
 */
export function icrstEncoder(p: Probability): Encoder {
  return injected({
    name,
    p,
    draws: (labels) => {
      const rowsOf = rowsByClassFor(name, labels);
      return (row, random) => {
        const mates = rowsOf.get(labels[row] ?? -1) ?? [row];
        return mates[random.integer(mates.length)] ?? row;
      };
    },
    check: (use) => singleSamples(name, classesFor(name, use)),
  });
}
