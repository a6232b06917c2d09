import { rowRange } from '../../core/dataset.js';
import { mean } from '../statistics/sample.js';

/**
 * Area under the ROC curve of a yes-or-no question: the probability that a row that is a yes scores higher than one that
 * is a no, a tie counting half (Hanley & McNeil 1982). By midranks, as the statistic of Mann & Whitney 1947,
 *
 *     AUC = (R₊ − n₊·(n₊ + 1)/2) / (n₊·n₋)
 *
 * R₊ being the sum of the ranks of the yes rows among all. In [0, 1]; ½ is chance. Undefined where there are no yes rows
 * or no no rows.
 *
 * @param scores one a row, higher is likelier a yes; @param positive whether each row is a yes
 */
export function areaUnderCurve(scores: ArrayLike<number>, positive: (row: number) => boolean): number | undefined {
  const count = scores.length;
  const score = (row: number | undefined): number => scores[row ?? 0] ?? 0;
  const order = rowRange(0, count).sort((a, b) => score(a) - score(b));
  let [yes, ranks] = [0, 0];
  for (let from = 0; from < count;) {
    let to = from + 1;
    while (to < count && score(order[to]) === score(order[from])) to++;
    const midrank = (from + 1 + to) / 2;
    for (let i = from; i < to; i++) {
      if (!positive(order[i] ?? 0)) continue;
      yes++;
      ranks += midrank;
    }
    from = to;
  }
  const no = count - yes;
  return yes === 0 || no === 0 ? undefined : (ranks - (yes * (yes + 1)) / 2) / (yes * no);
}

/**
 * Mean over classes of {@link areaUnderCurve} of that class against all others, each class counting the same
 * (scikit-learn's `roc_auc_score(multi_class='ovr', average='macro')`). A class of which there is no row, or nothing but
 * rows, has no curve and is left out; undefined where none has.
 *
 * @param scores rows of one score for each of `classes`; @param labels true class of each row
 */
export function macroAreaUnderCurve(
  scores: Float32Array,
  labels: Int32Array,
  classes: readonly number[],
): number | undefined {
  return mean(
    classes.flatMap((label, column) => {
      const own = Float32Array.from(labels, (_, row) => scores[row * classes.length + column] ?? 0);
      return areaUnderCurve(own, (row) => labels[row] === label) ?? [];
    }),
  );
}

/**
 * Mean over classes of F1 = 2·TP / (2·TP + FP + FN), each class counting the same, in [0, 1] (scikit-learn's
 * `f1_score(average='macro', zero_division=0)`). The classes are those that occur among labels or predictions: to predict
 * a class that is not there costs. Undefined of nothing.
 *
 * @param predicted predicted class of each row; @param labels true class of each row
 */
export function macroF1(predicted: Int32Array, labels: Int32Array): number | undefined {
  const counts = new Map<number, { right: number; predicted: number; actual: number }>();
  const of = (label: number): { right: number; predicted: number; actual: number } => {
    const known = counts.get(label) ?? { right: 0, predicted: 0, actual: 0 };
    counts.set(label, known);
    return known;
  };
  labels.forEach((label, row) => {
    const choice = predicted[row] ?? -1;
    of(label).actual++;
    of(choice).predicted++;
    if (choice === label) of(label).right++;
  });
  return mean([...counts.values()].map((c) => (2 * c.right) / (c.predicted + c.actual)));
}
