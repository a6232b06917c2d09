import { mean } from '../mean.js';

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
