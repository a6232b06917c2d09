import { mean } from '../mean.js';
import { sampleDeviation } from './mean-interval.js';
import { pairedDifferences } from './paired-differences.js';
import { twoSidedTail } from './student-t.js';

export interface PairedTTest {
  /** Mean of aᵢ − bᵢ. */
  readonly difference: number;
  /** t = d̄ / (s_d / √n). */
  readonly t: number;
  /** n − 1. */
  readonly freedom: number;
  /** Two-sided: how likely a |t| like this is where the mean difference is 0. */
  readonly p: number;
}

/**
 * Student's t-test for paired values ("Student" 1908): whether the differences aᵢ − bᵢ have mean 0, where they are
 * independent and normal. Undefined where it does not exist: for fewer than two pairs, and for differences that are all
 * the same.
 *
 * @throws ReverieError `bad-shape` where there are more of one than of the other
 */
export function pairedTTest(a: readonly number[], b: readonly number[]): PairedTTest | undefined {
  const differences = pairedDifferences(a, b);
  const [difference, deviation] = [mean(differences), sampleDeviation(differences)];
  // Differences that are the same but for rounding have a deviation of that rounding, which would look like proof.
  const rounding = 1e-14 * Math.max(...a.map(Math.abs), ...b.map(Math.abs));
  if (difference === undefined || deviation === undefined || deviation <= rounding) return undefined;
  const freedom = differences.length - 1;
  const t = difference / (deviation / Math.sqrt(differences.length));
  return { difference, t, freedom, p: twoSidedTail(t, freedom) };
}
