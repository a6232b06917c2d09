import type { FutureAccuracies } from '../core/result.js';
import { mean } from './statistics/sample.js';

/**
 * The matrix of what was measured on sets still to come, from rows that lack the sets seen.
 *
 * @param rows accuracies on the sets seen so far, a row for each task
 * @param future on the sets after those, likewise
 */
export function futureMatrix(
  rows: readonly (readonly number[])[],
  future: readonly (readonly { readonly accuracy: number; readonly chance: number }[])[],
): FutureAccuracies {
  const seen = future.map((_, i) => rows[i]?.length ?? 0);
  const sets = Math.max(0, ...future.map((row, i) => (seen[i] ?? 0) + row.length));
  const chance = new Array<number | null>(sets).fill(null);
  const accuracyMatrix = future.map((row, i) => {
    const line = new Array<number | null>(sets).fill(null);
    for (const [j, measured] of row.entries()) {
      const on = (seen[i] ?? 0) + j;
      line[on] = measured.accuracy;
      chance[on] = measured.chance;
    }
    return line;
  });
  return { accuracyMatrix, chance };
}

/**
 * FWT = mean over the sets with s_j ≥ 2 of R[s_j − 1][j] − b_j, s_j the task that first teaches set j; in a square matrix
 * (1/(T−1)) Σ_{j≥2} (R[j−1][j] − b_j): what earlier tasks did for later ones, in [−1, 1] (Lopez-Paz & Ranzato 2017). There b_j is the
 * accuracy at random initialisation; here it is that of guessing, its expected value where classes have as many samples,
 * since a network that grows with its classes does not answer before its first. Undefined where no set was measured before it was seen.
 */
export function forwardTransfer({ accuracyMatrix, chance }: FutureAccuracies): number | undefined {
  return mean(
    chance.flatMap((guessed, j) => {
      const last = accuracyMatrix.map((row) => row[j] ?? null).findLast((accuracy) => accuracy !== null);
      return guessed === null || typeof last !== 'number' ? [] : [last - guessed];
    }),
  );
}
