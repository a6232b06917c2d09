import type { RandomStream } from '../../core/random.js';
import type { Engine } from '../../engine/engine.js';
import type { CodeSet } from '../code-set.js';

/**
 * A classifier that is put on frozen codes to see what is in them ("probing"; Alain & Bengio 2016). The encoder is not
 * trained with it. Columns are standardised by the mean and standard deviation of the codes that it is fitted to.
 */
export interface Probe {
  /**
   * Learns to tell the classes of `set`; the same set and stream give the same probe.
   *
   * @throws bad-data where the set is empty, has a single class, or values that are no numbers
   */
  fit(set: CodeSet, random: RandomStream): Promise<FittedProbe>;
}

/** A probe that was fitted; the caller disposes it. */
export interface FittedProbe {
  /** The classes it was fitted to, ascending: the order of its scores. */
  readonly classes: readonly number[];
  /**
   * `count` rows of a score for each class; within a row, and within a column, higher is likelier.
   *
   * @param codes `count` rows, as wide as those it was fitted to
   * @throws bad-shape where codes have another length, bad-data where they have values that are no numbers
   */
  scores(codes: Float32Array, count: number): Promise<Float32Array>;
  dispose(): void;
}

/** What a probe is made from. */
export interface ProbeContext {
  readonly engine: Engine;
}
