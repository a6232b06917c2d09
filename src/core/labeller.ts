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
