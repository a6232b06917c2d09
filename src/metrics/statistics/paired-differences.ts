import { ReverieError } from '../../core/errors.js';

/** aᵢ − bᵢ of values that belong together, e.g. of the same seeds. @throws ReverieError `bad-shape` where counts differ */
export function pairedDifferences(a: readonly number[], b: readonly number[]): readonly number[] {
  if (a.length !== b.length) {
    throw new ReverieError(
      'bad-shape',
      `${a.length} and ${b.length} values cannot be paired; expected as many of the one as of the other`,
    );
  }
  return a.map((value, i) => value - (b[i] ?? NaN));
}
