import { randomStream, type RandomStream } from '../../core/random.js';
import type { MemoryBatch } from '../../core/memory.js';

/** Values that stand for a class: enough for thousands of classes to be distinguished, few compared with a layer of units. */
export const classCodeWidth = 32;

/**
 * The code of a class: {@link classCodeWidth} values of −1 and 1, the same in every run, so that a network that is
 * given classes need not grow for another.
 */
export function classCode(label: number): Float32Array {
  const draws = randomStream(label);
  return Float32Array.from({ length: classCodeWidth }, () => (draws.uniform() < 0.5 ? -1 : 1));
}

/** The codes of these classes, a row each. */
export function classCodes(labels: ArrayLike<number>): Float32Array {
  const known = new Map<number, Float32Array>();
  const codes = new Float32Array(labels.length * classCodeWidth);
  Array.from(labels).forEach((label, row) => {
    const code = known.get(label) ?? classCode(label);
    known.set(label, code);
    codes.set(code, row * classCodeWidth);
  });
  return codes;
}

/**
 * What samples of classes are made of: `count` rows of `width` draws from N(0, I) and the code of a class, class after class
 * in a random order, so that each has ⌊count / classes⌋ rows or one more.
 *
 * @param classes at least one
 */
export function priorOfClasses(
  classes: readonly number[],
  width: number,
  count: number,
  random: RandomStream,
): Float32Array {
  const order = random.permutation(classes.length);
  const codes = classCodes(Array.from({ length: count }, (_, i) => classes[order[i % order.length] ?? 0] ?? 0));
  const stride = width + classCodeWidth;
  const rows = new Float32Array(count * stride);
  const noise = new Float32Array(width);
  for (let i = 0; i < count; i++) {
    random.fillNormal(noise);
    rows.set(noise, i * stride);
    rows.set(codes.subarray(i * classCodeWidth, (i + 1) * classCodeWidth), i * stride + width);
  }
  return rows;
}

/**
 * What a class head of sigmoids is to say of each row, over `classes`: 1 for the class of a real row; for a dream, which
 * are the last rows, what its teacher said, σ(logit), and 0 for classes that one does not know.
 *
 * @param classes all of the labels, and all that the dreams' teacher knows
 */
export function classTargets(
  labels: Int32Array,
  dreams: MemoryBatch['dreams'],
  classes: readonly number[],
): Float32Array {
  const targets = new Float32Array(labels.length * classes.length);
  const real = labels.length - (dreams?.count ?? 0);
  const columnOf = new Map(classes.map((label, column) => [label, column]));
  const set = (row: number, label: number, value: number): void => {
    const column = columnOf.get(label);
    if (column !== undefined) targets[row * classes.length + column] = value;
  };
  for (let row = 0; row < real; row++) set(row, labels[row] ?? -1, 1);
  dreams?.logits.forEach((logit, i) => {
    const label = dreams.classes[i % dreams.classes.length];
    if (label !== undefined) set(real + Math.floor(i / dreams.classes.length), label, 1 / (1 + Math.exp(-logit)));
  });
  return targets;
}

/** Those of the classes that are not known yet, each once and ascending. */
export function newClasses(known: readonly number[], classes: Iterable<number>): readonly number[] {
  return [...new Set(classes)].filter((label) => !known.includes(label)).sort((a, b) => a - b);
}
