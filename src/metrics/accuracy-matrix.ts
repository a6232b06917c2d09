import { ReverieError } from '../core/errors.js';
import type { RunResult } from '../core/result.js';

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
export function setsSeen(matrix: AccuracyMatrix, after: number = matrix.length): readonly number[] {
  return oneTo(matrix[after - 1]?.length ?? 0).filter((on) => (matrix[after - 1]?.[on - 1] ?? null) !== null);
}

/** s_j: the first task, from 1, after which set j is measured; T + 1 where there is none. */
export function seenFrom(matrix: AccuracyMatrix, on: number): number {
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
export function oneTo(n: number): readonly number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}
