import { accuracyAt, oneTo, seenFrom, setsSeen } from './accuracy-matrix.js';
import type { AccuracyMatrix } from './accuracy-matrix.js';
import { mean } from './mean.js';

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
