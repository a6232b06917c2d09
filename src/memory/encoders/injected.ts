import type { Encoder, EncoderUse, SampleOf } from '../../core/encoder.js';
import type { Warning } from '../../core/events.js';
import type { RandomStream } from '../../core/random.js';
import { probabilityAt, settledAfter, type Probability } from './probability.js';

export interface Injection {
  /** Of the encoder, for messages. */
  readonly name: string;
  /** Probability that the target of a row is a drawn one, drawn for each row by itself. */
  readonly p: Probability;
  /** Gets a batch ready; what it gives draws the row to reconstruct for a row. */
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
    targets: (labels, step, random, sample) => {
      const drawn = draws(labels, sample);
      const now = at(step);
      return Uint32Array.from(labels, (_, row) => (random.uniform() < now ? drawn(row, random) : row));
    },
    check: (use) => [...(check?.(use) ?? []), ...unfinished(name, p, use.steps)],
  };
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
