import type { RunResult } from '../core/result.js';

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

/**
 * Recall of each class, c_ii / Σ_j c_ij, the order of classes kept. A class without test samples is left out: its
 * accuracy does not exist.
 */
export function perClassAccuracy(confusion: ConfusionCounts): RunResult['perClassAccuracy'] {
  return confusion.classes.flatMap((label, i) => {
    const row = confusion.counts[i] ?? [];
    const samples = row.reduce((sum, count) => sum + count, 0);
    return samples === 0 ? [] : [{ class: label, accuracy: (row[i] ?? 0) / samples }];
  });
}
