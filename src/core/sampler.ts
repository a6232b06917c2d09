import type { RandomStream } from './random.js';
import type { Snapshot } from './snapshot.js';

/** A frozen autoencoder as a sampler sees it: x ↦ code, code ↦ x, and both in turn. All rows float32, row-major. */
export interface Autoencoding {
  /** Values per sample. */
  readonly width: number;
  /** Values per code (the bottleneck). */
  readonly codeWidth: number;
  encode(features: Float32Array, count: number): Promise<Float32Array>;
  decode(codes: Float32Array, count: number): Promise<Float32Array>;
  /** One reinjection: decode(encode(x)). */
  reconstruct(features: Float32Array, count: number): Promise<Float32Array>;
}

/** Class of each drawn row in the eyes of the teacher, for a sampler that accepts rows in balance over classes. */
export type Judge = (features: Float32Array, count: number) => Promise<Int32Array>;

/** Draws pseudo-samples from a frozen autoencoder. */
export interface Sampler {
  /** `count` rows drawn from what the autoencoder learnt. */
  sample(autoencoder: Autoencoding, judge: Judge, count: number, random: RandomStream): Promise<Float32Array>;

  /**
   * The walks that its samples come from, `count` of them side by side: first where they start (a latent seed decoded),
   * then what the autoencoder makes of them at each jump, before the noise of that jump is added. What `reverie dream`
   * draws. A sampler that does not walk has none.
   */
  walks?(autoencoder: Autoencoding, count: number, random: RandomStream): AsyncIterable<Float32Array>;

  /**
   * Takes what statistics it keeps from the codes of what the memory now knows.
   *
   * @param codes rows of codes, real and dreamt together
   * @param labels class of each row
   */
  fit(codes: Float32Array, labels: Int32Array, codeWidth: number, random: RandomStream): void;
  /** Whether {@link fit} wants codes at all. */
  readonly keepsStatistics: boolean;

  save(): Snapshot;
  restore(snapshot: Snapshot): void;
}
