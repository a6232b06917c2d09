import { ReverieError } from '../../core/errors.js';
import { topClasses } from '../../core/teacher.js';
import { macroAreaUnderCurve, macroF1 } from '../../metrics/representation/classification.js';
import type { CodeSet } from '../code-set.js';
import type { FittedProbe } from './probe.js';

/** How well a probe tells the classes of codes that it was not fitted to. */
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
