import { ReverieError } from '../core/errors.js';
import { accuracyAt, oneTo, seenFrom, setsSeen } from './accuracy-matrix.js';
import type { AccuracyMatrix } from './accuracy-matrix.js';
import { mean } from './mean.js';

/**
 * ACC = (1/S) Σ_j R[T][j]: mean over evaluation sets, in a square matrix tasks, of the accuracy after the last task, each
 * set counting the same (macro). Lopez-Paz & Ranzato 2017. Undefined for a matrix without tasks.
 */
export function averageAccuracy(matrix: AccuracyMatrix): number | undefined {
  const last = matrix.length;
  return mean(setsSeen(matrix).map((on) => accuracyAt(matrix, last, on)));
}

/**
 * Σ_j n_j R[t][j] / Σ_j n_j over the sets seen after task t: share of all their samples that are right then, each sample
 * counting the same (micro). Equals {@link averageAccuracy} where all sets have one size and t = T.
 *
 * @param sizes test samples n_j of each set
 * @param after task t, from 1; the last one unless given
 * @throws ReverieError `bad-shape` where a set has no size or no sample
 */
export function sampleWeightedAccuracy(
  matrix: AccuracyMatrix,
  sizes: readonly number[],
  after: number = matrix.length,
): number | undefined {
  let right = 0;
  let samples = 0;
  for (const on of setsSeen(matrix, after)) {
    const size = sizes[on - 1] ?? 0;
    if (!(size > 0)) {
      throw new ReverieError('bad-shape', `task ${on} has ${size} test samples; expected at least one for every task`);
    }
    right += size * accuracyAt(matrix, after, on);
    samples += size;
  }
  return samples === 0 ? undefined : right / samples;
}

/**
 * LA = (1/S) Σ_j R[s_j][j]: accuracy on each set right after the task that brought it, in a square matrix the diagonal
 * (Riemer et al. 2019, "Learning to Learn without Forgetting"). Undefined for a matrix without tasks.
 */
export function learningAccuracy(matrix: AccuracyMatrix): number | undefined {
  return mean(setsSeen(matrix).map((on) => accuracyAt(matrix, seenFrom(matrix, on), on)));
}

/**
 * AIA = (1/T) Σ_t A_t, where A_t is the accuracy over all test samples of the classes seen after task t: "average
 * incremental accuracy" (Rebuffi et al. 2017, "iCaRL"; the first task counts, which some later papers leave out).
 *
 * @param sizes test samples of each set
 */
export function averageIncrementalAccuracy(matrix: AccuracyMatrix, sizes: readonly number[]): number | undefined {
  return mean(oneTo(matrix.length).flatMap((task) => sampleWeightedAccuracy(matrix, sizes, task) ?? []));
}
