import type { RandomStream } from '../../core/random.js';
import type { Engine } from '../../engine/engine.js';
import type { CodeSet } from '../code-set.js';
import { ReverieError } from '../../core/errors.js';
import { topClasses } from '../../core/teacher.js';
import { macroAreaUnderCurve, macroF1 } from '../../metrics/representation/classification.js';

/**
 * A classifier that is put on frozen codes to see what is in them ("probing"; Alain & Bengio 2016). The encoder is not
 * trained with it. Columns are standardised by the mean and standard deviation of the codes that it is fitted to.
 */
export interface Probe {
  /**
   * Learns to distinguish the classes of `set`; the same set and stream give the same probe.
   *
   * @throws bad-data where the set is empty, has a single class, or values that are no numbers
   */
  fit(set: CodeSet, random: RandomStream): Promise<FittedProbe>;
}

/** A probe that was fitted; the caller disposes it. */
export interface FittedProbe {
  /** The classes it was fitted to, ascending: the order of its scores. */
  readonly classes: readonly number[];
  /**
   * `count` rows of a score for each class; within a row, and within a column, higher is likelier.
   *
   * @param codes `count` rows, as wide as those it was fitted to
   * @throws bad-shape where codes have another length, bad-data where they have values that are no numbers
   */
  scores(codes: Float32Array, count: number): Promise<Float32Array>;
  dispose(): void;
}

/** What a probe is made from. */
export interface ProbeContext {
  readonly engine: Engine;
}

/** How well a probe distinguishes the classes of codes that it was not fitted to. */
export interface ProbeScores {
  /** Share of rows whose class has the highest score, in [0, 1]. */
  readonly accuracy: number;
  /** See `macroF1`. */
  readonly macroF1: number;
  /** See `macroAreaUnderCurve`; absent where all rows are of one class, or of classes unknown to the probe. */
  readonly auc?: number;
}

/**
 * @param set of classes that the probe knows, or others, which it can only get wrong
 * @throws bad-data where the set is empty
 */
export async function evaluateProbe(probe: FittedProbe, set: CodeSet): Promise<ProbeScores> {
  const { codes, labels } = set;
  const scores = await probe.scores(codes, labels.length);
  const predicted = topClasses(scores, probe.classes, labels.length);
  const f1 = macroF1(predicted, labels);
  if (f1 === undefined) {
    throw new ReverieError('bad-data', 'a probe cannot be measured on 0 codes: give it at least one labelled code');
  }
  const auc = macroAreaUnderCurve(scores, labels, probe.classes);
  const right = predicted.filter((choice, row) => choice === labels[row]).length;
  return { accuracy: right / labels.length, macroF1: f1, ...(auc === undefined ? {} : { auc }) };
}
