import { z } from 'zod';
import { rowRange } from '../../core/dataset.js';
import type { Encoder } from '../../core/encoder.js';
import { ReverieError } from '../../core/errors.js';
import { definePart, type NamedPart } from '../../core/part.js';
import { classesFor, injected, rowsByClassFor, singleSamples } from './injected.js';
import { probability as p, type Probability } from './probability.js';

/** The target of each row is the row itself: a standard autoencoder. */
export function identityEncoder(): Encoder {
  return { targets: (labels) => rowRange(0, labels.length) };
}

/**
 * ICRST, in-class random sampling training (arXiv 2309.01532): with probability p, drawn for each row by itself, the
 * target is a random sample of the row's class, else the row itself. A row may draw itself.
 *
 * Throws `bad-data` for a row without a class; its check warns of classes of one sample.
 */
export function icrstEncoder(p: Probability): Encoder {
  const name = 'icrst';
  return injected({
    name,
    p,
    draws: (labels) => {
      const rowsOf = rowsByClassFor(name, labels);
      return (row, random) => {
        const own = rowsOf.get(labels[row] ?? -1) ?? [row];
        return own[random.integer(own.length)] ?? row;
      };
    },
    check: (use) => singleSamples(name, classesFor(name, use)),
  });
}

/**
 * TRST, total random sampling training (arXiv 2309.01532): with probability p, drawn for each row by itself, the
 * target is a random sample of the whole set, else the row itself. It needs no classes.
 */
export function trstEncoder(p: Probability): Encoder {
  return injected({ name: 'trst', p, draws: (labels) => (_row, random) => random.integer(labels.length) });
}

/**
 * The ablation of ICRST: with probability p, drawn for each row by itself, the target is a random sample that is always of
 * another class, else the row itself. What ICRST gains by drawing from the class, this must lose.
 *
 * Where there is one class only, as in a first task of one class, each row is its own target.
 *
 * Throws `bad-data` for a row without a class; its check does for fewer than two classes.
 */
export function crossClassEncoder(p: Probability): Encoder {
  const name = 'cross-class';
  return injected({
    name,
    p,
    draws: (labels) => {
      const rowsOf = rowsByClassFor(name, labels);
      const order = [...rowsOf.values()].flat();
      const starts = new Map<number, number>();
      let start = 0;
      for (const [label, rows] of rowsOf) {
        starts.set(label, start);
        start += rows.length;
      }
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

/** The target policies that a scenario can name under `memory.encoder`. */
export const encoders = {
  identity: definePart({
    summary: 'Reconstructs the row itself: a standard autoencoder.',
    options: z.strictObject({}),
    create: () => identityEncoder(),
  }),
  icrst: definePart({
    summary: 'With probability p reconstructs a random sample of the same class (ICRST).',
    options: z.strictObject({ p }),
    create: (options) => icrstEncoder(options.p),
  }),
  trst: definePart({
    summary: 'With probability p reconstructs a random sample of the whole set (TRST).',
    options: z.strictObject({ p }),
    create: (options) => trstEncoder(options.p),
  }),
  'cross-class': definePart({
    summary: 'With probability p reconstructs a random sample of another class: the ablation of ICRST.',
    options: z.strictObject({ p }),
    create: (options) => crossClassEncoder(options.p),
  }),
} as const satisfies Record<string, NamedPart<unknown, Encoder>>;
