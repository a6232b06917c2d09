import { ReverieError } from '../core/errors.js';
import type { RunResult } from '../core/result.js';

/**
 * R, T × T: entry [i][j] is the accuracy in [0, 1] on the test set of task j + 1 after learning task i + 1, null above
 * the diagonal (Lopez-Paz & Ranzato 2017, "Gradient Episodic Memory", where the upper half is filled too).
 *
 * In the formulas of this folder indices count from 1, as in the papers.
 */
export type AccuracyMatrix = RunResult['accuracyMatrix'];

/** The square matrix of what was measured after each task: row i holds i + 1 accuracies, the rest becomes null. */
export function accuracyMatrix(rows: readonly (readonly number[])[]): AccuracyMatrix {
  return rows.map((row) => rows.map((_, j) => row[j] ?? null));
}

/**
 * R[after][on], both from 1, with on ≤ after.
 *
 * @throws ReverieError `bad-shape` where the matrix has no number there
 */
export function accuracyAt(matrix: AccuracyMatrix, after: number, on: number): number {
  const value = matrix[after - 1]?.[on - 1];
  if (value === undefined || value === null) {
    throw new ReverieError(
      'bad-shape',
      `accuracy matrix has no value in row ${after}, column ${on}; expected ${matrix.length} rows with a number in ` +
        'every place on and below the diagonal',
    );
  }
  return value;
}

/** The numbers 1 … n: the tasks of a matrix with n rows. */
export function oneTo(n: number): readonly number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}
