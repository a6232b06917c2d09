import { argMax } from './tensor.js';

/** A frozen teacher: gives logits over the classes that it knows. */
export interface Teacher {
  /** The classes it knows, in the order of its logits. */
  readonly classes: readonly number[];
  /**
   * What makes a probability in [0, 1] of a logit, which is up to the loss that the teacher was trained with: `softmax`,
   * where classes exclude each other, or `sigmoid`, where each is a yes or no of its own. Softmax where absent.
   */
  readonly probabilities?: 'softmax' | 'sigmoid';
  /** Logits, `count` rows over {@link classes}. */
  label(features: Float32Array, count: number): Promise<Float32Array>;
  /** Bytes of its parameters. */
  bytes(): number;
  dispose(): void;
}

/** A teacher for somebody who may ask it, but does not own it. */
export type BorrowedTeacher = Omit<Teacher, 'bytes' | 'dispose'>;

/** The class of the largest logit in each of `count` rows of logits over `classes`. */
export function topClasses(logits: Float32Array, classes: readonly number[], count: number): Int32Array {
  const known = classes.length;
  return Int32Array.from({ length: count }, (_, row) => classes[argMax(logits, row * known, known)] ?? -1);
}

/** How many of these labels are of each class, in the order of `classes`. */
export function countsOf(labels: Int32Array, classes: readonly number[]): number[] {
  return classes.map((label) => labels.filter((choice) => choice === label).length);
}

/**
 * How sure a teacher is of its first choice for each of `count` rows of its logits: its largest probability, in [0, 1]; with
 * `softmax` at least 1 / classes, while with `sigmoid` a row may be of no class at all.
 */
export function confidences(
  logits: Float32Array,
  { classes, probabilities = 'softmax' }: Pick<Teacher, 'classes' | 'probabilities'>,
  count: number,
): Float32Array {
  const known = classes.length;
  const out = new Float32Array(count);
  for (let row = 0; row < count; row++) {
    const from = row * known;
    const largest = logits[from + argMax(logits, from, known)] ?? 0;
    let total = 0;
    if (probabilities === 'sigmoid') total = 1 + Math.exp(-largest);
    else for (let c = 0; c < known; c++) total += Math.exp((logits[from + c] ?? 0) - largest);
    out[row] = 1 / total;
  }
  return out;
}
