import { argMax } from './tensor.js';

/** A frozen teacher: gives logits over the classes that it knows. */
export interface Labeller {
  /** The classes it knows, in the order of its logits. */
  readonly classes: readonly number[];
  /** Logits, `count` rows over {@link classes}. */
  label(features: Float32Array, count: number): Promise<Float32Array>;
  /** Bytes of its parameters. */
  bytes(): number;
  dispose(): void;
}

/** The class of the largest logit in each of `count` rows of logits over `classes`. */
export function firstChoices(logits: Float32Array, classes: readonly number[], count: number): Int32Array {
  const known = classes.length;
  return Int32Array.from({ length: count }, (_, row) => classes[argMax(logits, row * known, known)] ?? -1);
}
