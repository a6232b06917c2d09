import type { Shape, TensorMap } from './tensor.js';

/**
 * A value in a computation, as plain data: what is computed, from what, and the shape that comes out. Which ops there are
 * is the engine's business: its graph nodes are made by the functions exported as `graph`.
 */
export interface Computation {
  readonly op: string;
  readonly inputs: readonly Computation[];
  readonly shape: Shape;
}

/**
 * What somebody learnt, fit to be used without reverie: a function of rows, with the values of its parameters. Learners
 * and memories hand these out to be exported, say as ONNX.
 */
export interface TrainedFunction {
  /** Names its files, e.g. `classifier`: lower-case letters, digits and dashes. */
  readonly name: string;
  /** What it computes, in one sentence. */
  readonly summary: string;
  /** What each input means, by the name of its feed. */
  readonly inputs: Readonly<Record<string, string>>;
  /** What each output means, by name. */
  readonly outputs: Readonly<Record<string, string>>;
  /**
   * The inputs that are samples as the learner sees them, a row of values each; `reverie export` puts the scale of the
   * data set before them, so that they take samples as they lie in its files. None unless given.
   */
  readonly sampleInputs?: readonly string[];
  /** The outputs that are such samples; what is exported gives them as they would lie in the files. */
  readonly sampleOutputs?: readonly string[];
  /** The classes in the order of the columns, where its outputs have a column for each class. */
  readonly classes?: readonly number[];
  /** Values of the variables in the graph, by name. Copies: they may be kept. */
  readonly parameters: TensorMap;
  /**
   * The outputs, computed from feeds named as {@link inputs} whose first axis has `rows` entries, and from variables named
   * as {@link parameters}. What comes out of a row must depend on no other row, nor on how many there are.
   */
  graph(rows: number): Readonly<Record<string, Computation>>;
}
