import type { ConfusionCounts } from '../core/confusion.js';
import type { RunResult } from '../core/result.js';

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
