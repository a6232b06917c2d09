import { labelsOf } from '../../core/dataset.js';
import type { Encoder, EncoderUse, SampleOf } from '../../core/encoder.js';
import { ReverieError } from '../../core/errors.js';
import type { RandomStream } from '../../core/random.js';
import type { Warning } from '../../core/warning.js';
import { rowsByLabel } from '../rows-by-label.js';
import { probabilityAt, settledAfter, type Probability } from './probability.js';

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
export function rowsByClassFor(name: string, labels: Int32Array): ReadonlyMap<number, readonly number[]> {
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
export function classesFor(name: string, { train }: EncoderUse): ReadonlyMap<number, readonly number[]> {
  return rowsByClassFor(name, labelsOf(train));
}

/** A warning of classes that have no second row to draw. */
export function singleSamples(name: string, classes: ReadonlyMap<number, readonly number[]>): readonly Warning[] {
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
