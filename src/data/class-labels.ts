import type { Dataset } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import { formatShape } from '../core/tensor.js';
import type { NpyArray } from '../files/npy.js';
import { isTexts } from '../files/npy-values.js';

/** Classes of the samples of both parts. */
export interface ClassLabels {
  readonly train: Int32Array;
  readonly test: Int32Array;
  /** What the classes are called in the files, where that is not their number. */
  readonly classNames?: Dataset['classNames'];
}

const mostLabel = 2 ** 31 - 1;

type Label = number | bigint | string;

/**
 * The labels of training and test samples as classes. Whole numbers from 0 to 2³¹ − 1 stay what they are; truth values
 * become 0 and 1; texts, and numbers of which one is below 0 or above that, are numbered from 0 in ascending order, and
 * keep their own form as names.
 *
 * @throws ReverieError `bad-data` for another shape than one label a row, numbers with a fraction, or parts of which one
 *   has texts and the other numbers
 */
export function classLabels(train: NpyArray, test: NpyArray): ClassLabels {
  const parts = [labelsIn(train), labelsIn(test)] as const;
  const [isText, isOther] = [isTexts(train.values), isTexts(test.values)];
  if (isText !== isOther) {
    const words = (texts: boolean): string => (texts ? 'texts' : 'numbers');
    throw bad(`${train.name} holds ${words(isText)}, but ${test.name} ${words(isOther)}; expected the same of both`);
  }
  if (train.type === 'b1' && test.type === 'b1') return { ...asTheyAre(parts), classNames: { 0: 'False', 1: 'True' } };
  const fit = parts.every((labels) =>
    labels.every((label) => typeof label !== 'string' && label >= 0 && label <= mostLabel),
  );
  return fit ? asTheyAre(parts) : numbered(parts);
}

function labelsIn({ name, type, shape, values }: NpyArray): readonly Label[] {
  if (type.startsWith('f')) {
    throw bad(`${name} has the type ${type}; expected whole numbers, e.g. y.astype(numpy.int64), or texts`);
  }
  const flat = shape.length === 1 || (shape.length === 2 && shape[1] === 1);
  if (!flat) {
    throw bad(
      `${name} has the shape ${formatShape(shape)}; expected [n], one class number a row; of one-hot rows take ` +
        'numpy.argmax(y, axis=1)',
    );
  }
  return Array.from<Label>(values as ArrayLike<Label>);
}

function asTheyAre([train, test]: readonly [readonly Label[], readonly Label[]]): ClassLabels {
  return { train: Int32Array.from(train, Number), test: Int32Array.from(test, Number) };
}

function numbered([train, test]: readonly [readonly Label[], readonly Label[]]): ClassLabels {
  // Numbers of 64 bits are compared as such: as doubles, two of them may be one.
  const different = [...new Set([...train, ...test])].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const numbers = new Map(different.map((label, number) => [label, number]));
  const of = (labels: readonly Label[]): Int32Array => Int32Array.from(labels, (label) => numbers.get(label) ?? 0);
  const classNames = Object.fromEntries(different.map((label, number) => [number, String(label)]));
  return { train: of(train), test: of(test), classNames };
}

function bad(what: string): ReverieError {
  return new ReverieError('bad-data', what);
}
