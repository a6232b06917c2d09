import type { Snapshot } from './snapshot.js';

/** A frozen teacher: gives logits over the classes that it knows. */
export interface Labeller {
  /** The classes it knows, in the order of its logits. */
  readonly classes: readonly number[];
  /** Logits, `count` rows over {@link classes}. */
  label(features: Float32Array, count: number): Promise<Float32Array>;
  bytes(): number;
  save(): Snapshot;
  restore(snapshot: Snapshot): void;
  dispose(): void;
}
