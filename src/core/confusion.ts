/** How often each class was taken for each: what per-class accuracy, and any confusion matrix, is made of. */
export interface ConfusionCounts {
  /** The C classes seen so far, in the order they were met. */
  readonly classes: readonly number[];
  /**
   * C rows of C + 1 counts: [i][j] test samples of `classes[i]` were taken for `classes[j]`, and [i][C] for a class that
   * nobody had shown yet.
   */
  readonly counts: readonly (readonly number[])[];
}
