import type { Encoder } from '../../core/encoder.js';
import { ReverieError } from '../../core/errors.js';
import { injected } from './injected.js';
import { classesFor, rowsByClassFor } from './label-checks.js';
import type { Probability } from './probability.js';

const name = 'cross-class';

/**
 * The ablation of ICRST: with probability p, drawn for each row by itself, the target is a random sample of the batch that
 * is always of another class, else the row itself. What ICRST gains by drawing from the class, this must lose.
 *
 * Where a batch is of one class only, as in a first task of one class, there is no other and each row is its own target.
 *
 * Throws `bad-data` for a row without a class; its check does for fewer than two classes.
 */
export function crossClassEncoder(p: Probability): Encoder {
  return injected({
    name,
    p,
    draws: (labels) => {
      const rowsOf = rowsByClassFor(name, labels);
      const order = [...rowsOf.values()].flat();
      const starts = startsOf(rowsOf);
      return (row, random) => {
        const label = labels[row] ?? -1;
        const [from, own] = [starts.get(label) ?? 0, rowsOf.get(label)?.length ?? 0];
        if (own === labels.length) return row;
        // One of those before and behind the run of the own class.
        const at = random.integer(labels.length - own);
        return order[at < from ? at : at + own] ?? row;
      };
    },
    check: (use) => {
      const [only, ...others] = classesFor(name, use).keys();
      if (others.length > 0) return [];
      throw new ReverieError(
        'bad-data',
        `encoder "${name}" aims at samples of another class, but all samples are of class ${only}; give it two classes or ` +
          'more, or choose another encoder',
      );
    },
  });
}

/** Where the rows of each class begin, when they come class by class. */
function startsOf(rowsOf: ReadonlyMap<number, readonly number[]>): ReadonlyMap<number, number> {
  let start = 0;
  return new Map(
    [...rowsOf].map(([label, rows]) => {
      start += rows.length;
      return [label, start - rows.length];
    }),
  );
}
