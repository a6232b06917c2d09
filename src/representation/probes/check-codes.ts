import { ReverieError } from '../../core/errors.js';
import type { CodeSet } from '../code-set.js';

/**
 * The classes of a set that a probe can be fitted to, ascending.
 *
 * @throws ReverieError `bad-shape` where codes and labels do not fit each other; `bad-data` where there are no codes, a
 *   single class, or values that are no numbers
 */
export function checkedClasses(probe: string, { codes, labels, width }: CodeSet): readonly number[] {
  if (labels.length === 0) {
    throw new ReverieError(
      'bad-data',
      `probe "${probe}": there are no codes to fit; give it codes of two classes or more`,
    );
  }
  if (!(Number.isInteger(width) && width >= 1)) {
    throw new ReverieError('bad-shape', `probe "${probe}": codes are ${width} values wide; they need at least 1`);
  }
  checkCodes(probe, codes, labels.length, width);
  const classes = [...new Set(labels)].sort((a, b) => a - b);
  if (classes.length < 2) {
    throw new ReverieError(
      'bad-data',
      `probe "${probe}": all ${labels.length} codes are of class ${classes.join()}; to tell classes apart it needs at least two`,
    );
  }
  return classes;
}

/**
 * @throws ReverieError `bad-shape` where there are not `count` rows of `width` values; `bad-data` where one of them is no
 *   finite number
 */
export function checkCodes(probe: string, codes: Float32Array, count: number, width: number): void {
  if (codes.length !== count * width) {
    throw new ReverieError(
      'bad-shape',
      `probe "${probe}": ${codes.length} values are not ${count} codes of ${width}; expected ${count * width}`,
    );
  }
  const bad = codes.findIndex((value) => !Number.isFinite(value));
  if (bad === -1) return;
  throw new ReverieError(
    'bad-data',
    `probe "${probe}": code ${Math.floor(bad / width)} has ${codes[bad] ?? NaN} at place ${bad % width}; ` +
      'an encoder that gives such codes has probably diverged: train it with a lower learning rate',
  );
}
