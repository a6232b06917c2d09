import { z } from 'zod';
import { cosine, linear } from '../engine/optimisers/schedules.js';
import { labelsOf, rowRange, rowsByLabel } from '../core/dataset.js';
import type { Encoder, EncoderUse, SampleOf } from '../core/encoder.js';
import { ReverieError } from '../core/errors.js';
import type { RandomStream } from '../core/random.js';
import type { Warning } from '../core/warning.js';
import { definePart, type NamedPart } from '../core/part.js';

const share = z.number().min(0).max(1);
const steps = z.int().min(0).max(1e9);

const ramp = z.strictObject({
  from: share.describe('At the first step.'),
  to: share.describe('After "over" steps, and from then on.'),
  over: steps.min(1).describe('Optimiser steps of the memory from the one to the other; each task begins at step 0.'),
  kind: z.enum(['linear', 'cosine']).default('linear').describe('A straight line, or half a cosine.'),
});

const stairs = z.strictObject({
  steps: z
    .array(z.tuple([steps, share]))
    .min(1)
    .max(1000)
    .superRefine((given, context) => {
      given.forEach(([at], i) => {
        const before = given[i - 1]?.[0];
        if (before === undefined ? at === 0 : at > before) return;
        const message = before === undefined ? 'expected 0 for the first step' : `expected a step after ${before}`;
        context.addIssue({ code: 'custom', message, path: [i, 0] });
      });
    })
    .describe('From which step on which probability: [[0, 0], [500, 0.25], [1000, 0.5]].'),
});

/**
 * The option p of an encoder: a probability, or one that is "gradually injected" (arXiv 2309.01532): `{ from, to, over }`,
 * or `{ steps: [[0, 0], [500, 0.5]] }`.
 */
export const probability = z
  .union([share, ramp, stairs])
  .default(0.5)
  .describe('Probability that the target is another sample instead of the row itself: a number, or a schedule.');

/** A probability that stays, or a schedule of it. */
export type Probability = z.output<typeof probability>;

/** The probability at a step, counted from 0. */
export function probabilityAt(p: Probability): (step: number) => number {
  if (typeof p === 'number') return () => p;
  if ('steps' in p) return (step) => p.steps.findLast(([from]) => from <= step)?.[1] ?? 0;
  const { from, to, over, kind } = p;
  // Schedules of learning rates count from 1, and end at their last step.
  const schedule = (kind === 'linear' ? linear : cosine)({ from, to, steps: over + 1 });
  return (step) => schedule(step + 1);
}

/** The first step at which the probability is what it stays from then on. */
export function settledAfter(p: Probability): number {
  if (typeof p === 'number') return 0;
  return 'steps' in p ? (p.steps.at(-1)?.[0] ?? 0) : p.over;
}

export interface Injection {
  /** Of the encoder, for messages. */
  readonly name: string;
  /** Probability that the target of a row is a drawn one, drawn for each row by itself. */
  readonly p: Probability;
  /** Prepares a draw from rows of these classes; what it gives draws the row to reconstruct for a row. */
  readonly draws: (labels: Int32Array, sample: SampleOf) => (row: number, random: RandomStream) => number;
  /** See {@link Encoder.check}; it need not look at p. */
  readonly check?: (use: EncoderUse) => readonly Warning[];
}

/**
 * An encoder that is the identity but for the rows that a Bernoulli variable with probability p, constant or gradually
 * injected, picks (arXiv 2309.01532): those get a target that is drawn.
 */
export function injected({ name, p, draws, check }: Injection): Encoder {
  const at = probabilityAt(p);
  return {
    drawsFromPool: true,
    targets: (labels, step, random, sample, count = labels.length) => {
      const drawn = draws(labels, sample);
      const now = at(step);
      return Uint32Array.from({ length: count }, (_, row) => (random.uniform() < now ? drawn(row, random) : row));
    },
    check: (use) => [...(check?.(use) ?? []), ...unfinished(name, p, use.steps)],
  };
}

/** The rows of each class. @throws ReverieError `bad-data` where a row has no class */
function rowsByClassFor(name: string, labels: Int32Array): ReadonlyMap<number, readonly number[]> {
  const unlabelled = labels.findIndex((label) => label < 0);
  if (unlabelled < 0) return rowsByLabel(labels);
  const lacking = labels.reduce((count, label) => (label < 0 ? count + 1 : count), 0);
  throw new ReverieError(
    'bad-data',
    `encoder "${name}" needs the class of every sample, but ${lacking} of ${labels.length} have none, the first of them ` +
      `row ${unlabelled}; label them, or choose trst, which needs no classes`,
  );
}

/** {@link rowsByClassFor} of all that an encoder is to be used for. */
function classesFor(name: string, { train }: EncoderUse): ReadonlyMap<number, readonly number[]> {
  return rowsByClassFor(name, labelsOf(train));
}

/** A warning of classes that have no second row to draw. */
function singleSamples(name: string, classes: ReadonlyMap<number, readonly number[]>): readonly Warning[] {
  const single = [...classes].flatMap(([label, rows]) => (rows.length === 1 ? [label] : [])).sort((a, b) => a - b);
  if (single.length === 0) return [];
  const named = `${single.slice(0, 10).join(', ')}${single.length > 10 ? ` and ${single.length - 10} more` : ''}`;
  const message =
    `there is only one sample of class ${named}: encoder "${name}" can draw nothing but that sample itself for it, and is ` +
    'the identity there; add samples, or leave the class out';
  return [{ type: 'warning', code: 'class-with-one-sample', message }];
}

function unfinished(name: string, p: Probability, steps: number): readonly Warning[] {
  const settled = settledAfter(p);
  if (settled <= steps) return [];
  const at = probabilityAt(p);
  const message =
    `p of encoder "${name}" is to be ${at(settled)} after ${settled} steps, but there are only ${steps}, at the end of ` +
    `which it is ${Number(at(steps).toPrecision(3))}; let it rise over fewer steps, or train for longer`;
  return [{ type: 'warning', code: 'schedule-not-finished', message }];
}

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
    options: z.strictObject({ p: probability }),
    create: (options) => icrstEncoder(options.p),
  }),
  trst: definePart({
    summary: 'With probability p reconstructs a random sample of the whole set (TRST).',
    options: z.strictObject({ p: probability }),
    create: (options) => trstEncoder(options.p),
  }),
  'cross-class': definePart({
    summary: 'With probability p reconstructs a random sample of another class: the ablation of ICRST.',
    options: z.strictObject({ p: probability }),
    create: (options) => crossClassEncoder(options.p),
  }),
} as const satisfies Record<string, NamedPart<unknown, Encoder>>;
