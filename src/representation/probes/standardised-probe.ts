import { ReverieError } from '../../core/errors.js';
import type { RandomStream } from '../../core/random.js';
import type { CodeSet } from '../code-set.js';
import type { FittedProbe, Probe } from './probe.js';

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

/** Where each column lies, and how wide it is. */
export interface ColumnScales {
  readonly means: Float64Array;
  /** Standard deviation of each column, divisor n; 1 for a column whose values are all equal. */
  readonly deviations: Float64Array;
}

/** Relative spread below which a column of float32 values counts as constant: what is left is rounding. */
const resolution = 2 ** -23;

/** The mean and standard deviation of each column of `count` rows (those of scikit-learn's `StandardScaler`). */
function columnScales(rows: Float32Array, count: number, width: number): ColumnScales {
  const means = new Float64Array(width);
  const deviations = new Float64Array(width);
  for (let i = 0; i < rows.length; i++) means[i % width] = (means[i % width] ?? 0) + (rows[i] ?? 0) / count;
  for (let i = 0; i < rows.length; i++) {
    const column = i % width;
    deviations[column] = (deviations[column] ?? 0) + ((rows[i] ?? 0) - (means[column] ?? 0)) ** 2 / count;
  }
  for (let column = 0; column < width; column++) {
    const deviation = Math.sqrt(deviations[column] ?? 0);
    deviations[column] = deviation <= resolution * Math.abs(means[column] ?? 0) ? 1 : deviation;
  }
  return { means, deviations };
}

/** (x − mean) / deviation, column by column. */
function standardised(rows: Float32Array, { means, deviations }: ColumnScales): Float32Array {
  const width = means.length;
  return rows.map((value, i) => (value - (means[i % width] ?? 0)) / (deviations[i % width] ?? 1));
}

/**
 * The classes of a set that a probe can be fitted to, ascending.
 *
 * @throws ReverieError `bad-shape` where codes and labels do not fit each other; `bad-data` where there are no codes, a
 *   single class, or values that are no numbers
 */
function checkedClasses(probe: string, { codes, labels, width }: CodeSet): readonly number[] {
  if (labels.length === 0) {
    throw new ReverieError(
      'bad-data',
      `probe "${probe}": there are no codes to fit; give it codes of two classes or more`,
    );
  }
  if (!(Number.isInteger(width) && width >= 1)) {
    throw new ReverieError('bad-shape', `probe "${probe}": codes are ${width} values wide; they need at least 1`);
  }
  checkCodes(probe, codes, labels.length, width);
  const classes = [...new Set(labels)].sort((a, b) => a - b);
  if (classes.length < 2) {
    throw new ReverieError(
      'bad-data',
      `probe "${probe}": all ${labels.length} codes are of class ${classes.join()}; to distinguish classes it needs at least two`,
    );
  }
  return classes;
}

/**
 * @throws ReverieError `bad-shape` where there are not `count` rows of `width` values; `bad-data` where one of them is no
 *   finite number
 */
function checkCodes(probe: string, codes: Float32Array, count: number, width: number): void {
  if (codes.length !== count * width) {
    throw new ReverieError(
      'bad-shape',
      `probe "${probe}": ${codes.length} values are not ${count} codes of ${width}; expected ${count * width}`,
    );
  }
  const bad = codes.findIndex((value) => !Number.isFinite(value));
  if (bad === -1) return;
  throw new ReverieError(
    'bad-data',
    `probe "${probe}": code ${Math.floor(bad / width)} has ${codes[bad] ?? NaN} at place ${bad % width}; ` +
      'an encoder that gives such codes has probably diverged: train it with a lower learning rate',
  );
}
