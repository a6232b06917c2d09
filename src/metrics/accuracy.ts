import { ReverieError } from '../core/errors.js';
import type { RunResult } from '../core/result.js';
import { mean } from './statistics/sample.js';
import type { ConfusionCounts } from '../core/confusion.js';

/**
 * R, T × S: entry [i][j] is the accuracy in [0, 1] on evaluation set j + 1 after learning task i + 1, null where the set
 * was not seen yet (Lopez-Paz & Ranzato 2017, "Gradient Episodic Memory", where the upper half is filled too). Square where
 * each task brings one set; with classes that come again there are fewer sets than tasks.
 *
 * In the formulas of this folder indices count from 1, as in the papers, and s_j is the first task after which set j is
 * measured: in a square matrix j.
 */
export type AccuracyMatrix = RunResult['accuracyMatrix'];

/** The matrix of what was measured after each task: a row holds the sets seen so far, the rest becomes null. */
export function accuracyMatrix(rows: readonly (readonly number[])[]): AccuracyMatrix {
  const sets = oneTo(Math.max(0, ...rows.map((row) => row.length)));
  return rows.map((row) => sets.map((on) => row[on - 1] ?? null));
}

/** The sets, from 1, that are measured after this task, the last one unless given. */
function setsSeen(matrix: AccuracyMatrix, after: number = matrix.length): readonly number[] {
  return oneTo(matrix[after - 1]?.length ?? 0).filter((on) => (matrix[after - 1]?.[on - 1] ?? null) !== null);
}

/** s_j: the first task, from 1, after which set j is measured; T + 1 where there is none. */
function seenFrom(matrix: AccuracyMatrix, on: number): number {
  const first = matrix.findIndex((row) => (row[on - 1] ?? null) !== null);
  return first === -1 ? matrix.length + 1 : first + 1;
}

/**
 * R[after][on], both from 1, with s_on ≤ after.
 *
 * @throws ReverieError `bad-shape` where the matrix has no number there
 */
export function accuracyAt(matrix: AccuracyMatrix, after: number, on: number): number {
  const value = matrix[after - 1]?.[on - 1];
  if (value === undefined || value === null) {
    throw new ReverieError(
      'bad-shape',
      `accuracy matrix has no value in row ${after}, column ${on}; expected ${matrix.length} rows with a number in each ` +
        'column from the first row on that has one',
    );
  }
  return value;
}

/** The numbers 1 … n. */
function oneTo(n: number): readonly number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}

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

/**
 * BWT = mean over the sets with s_j < T of R[T][j] − R[s_j][j], in a square matrix (1/(T−1)) Σ_{j<T} (R[T][j] − R[j][j]): what learning later tasks did to earlier ones, in [−1, 1]; negative where
 * it harmed them. Lopez-Paz & Ranzato 2017. Undefined for fewer than two tasks: nothing was earlier.
 *
 * Continuum and CapyMOA call another formula BWT, that of Díaz-Rodríguez et al. 2018, which averages all rows.
 */
export function backwardTransfer(matrix: AccuracyMatrix): number | undefined {
  const last = matrix.length;
  return mean(
    setsSeen(matrix, last - 1).map((on) => accuracyAt(matrix, last, on) - accuracyAt(matrix, seenFrom(matrix, on), on)),
  );
}

/**
 * F_k = (1/(k−1)) Σ_{j<k} ( max_{l<k} R[l][j] − R[k][j] ): how far each earlier task has fallen below its best so far,
 * in [−1, 1]; negative where tasks are now better than ever. Chaudhry et al. 2018, "Riemannian Walk".
 * The maximum runs over l = s_j … k−1, the rows where set j had been seen. Undefined for fewer than two tasks.
 *
 * Avalanche's "forgetting" is R[j][j] − R[T][j]; Mammoth and PyCIL let the maximum include row k, so theirs is never
 * negative.
 *
 * @param after task k, from 1; the last one unless given
 */
export function forgetting(matrix: AccuracyMatrix, after: number = matrix.length): number | undefined {
  return mean(
    setsSeen(matrix, after - 1).map((on) => {
      const before = oneTo(after - 1).filter((row) => row >= seenFrom(matrix, on));
      return Math.max(...before.map((row) => accuracyAt(matrix, row, on))) - accuracyAt(matrix, after, on);
    }),
  );
}

/** Accuracy over samples, of all classes seen so far, at moments within and at the end of tasks, in the order they were measured. */
export type AnytimePoints = RunResult['anytime'];

/**
 * AAA = (1/N) Σ_n A_n over all N measured moments, within tasks and at their ends, each counting the same; A_n is the
 * accuracy over all test samples of the classes seen, the present task's included. "Average any-time accuracy" (Caccia
 * et al. 2020, "Online Fast Adaptation and Knowledge Accumulation", who measure at every step).
 *
 * Undefined where nothing was measured within a task: the mean over ends alone is AIA and goes by that name.
 *
 * @param tasks number of tasks, whose ends are among the points
 */
export function anytimeAccuracy(points: AnytimePoints, tasks: number): number | undefined {
  return points.length > tasks ? mean(points.map((point) => point.accuracy)) : undefined;
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
