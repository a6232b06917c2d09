import { ReverieError } from '../../core/errors.js';
import type { RandomStream } from '../../core/random.js';
import type { CodeSet } from '../code-set.js';
import { checkCodes, checkedClasses } from './check-codes.js';
import type { FittedProbe, Probe } from './probe.js';
import { columnScales, standardised } from './standardise.js';

/** Standardised codes to learn from. */
export interface LabelledRows {
  /** `count` rows of `width` values, each column of mean 0 and standard deviation 1 (or 0, where all are equal). */
  readonly x: Float32Array;
  /** Place of each row's class among the classes, 0 … classes − 1. */
  readonly y: Int32Array;
  readonly count: number;
  readonly width: number;
  /** How many classes there are, at least 2. */
  readonly classes: number;
}

/** What a probe has learnt: scores of rows that are standardised already. */
export interface Learnt {
  scores(x: Float32Array, count: number): Promise<Float32Array>;
  dispose(): void;
}

/** A probe from its way to learn: what it is given is checked, standardised and its classes numbered. */
export function standardisedProbe(
  name: string,
  learn: (rows: LabelledRows, random: RandomStream) => Promise<Learnt>,
): Probe {
  return {
    fit: async (set, random) => {
      const classes = checkedClasses(name, set);
      const { codes, labels, width } = set;
      const scales = columnScales(codes, labels.length, width);
      const placeOf = new Map(classes.map((label, place) => [label, place]));
      const learnt = await learn(
        {
          x: standardised(codes, scales),
          y: labels.map((label) => placeOf.get(label) ?? -1),
          count: labels.length,
          width,
          classes: classes.length,
        },
        random,
      );
      return fitted(name, classes, set, learnt, (rows) => standardised(rows, scales));
    },
  };
}

function fitted(
  name: string,
  classes: readonly number[],
  { width }: Pick<CodeSet, 'width'>,
  learnt: Learnt,
  standardise: (codes: Float32Array) => Float32Array,
): FittedProbe {
  let disposed = false;
  return {
    classes,
    scores: async (codes, count) => {
      if (disposed) throw new ReverieError('disposed', `probe "${name}" was disposed; fit it again`);
      checkCodes(name, codes, count, width);
      return count === 0 ? new Float32Array() : learnt.scores(standardise(codes), count);
    },
    dispose: () => {
      if (!disposed) learnt.dispose();
      disposed = true;
    },
  };
}
