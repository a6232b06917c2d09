import type { Samples } from './dataset.js';
import type { BorrowedTeacher } from './teacher.js';
import type { RandomStream } from './random.js';
import type { Snapshot } from './snapshot.js';
import type { Warning } from './warning.js';

/** A frozen autoencoder as a sampler sees it: x ↦ code, code ↦ x, and both in turn. All rows float32, row-major. */
export interface FrozenAutoencoder {
  /** Values per sample. */
  readonly width: number;
  /** Values per code (the bottleneck). */
  readonly codeWidth: number;
  encode(features: Float32Array, count: number): Promise<Float32Array>;
  decode(codes: Float32Array, count: number): Promise<Float32Array>;
  /** One reinjection: decode(encode(x)). */
  reconstruct(features: Float32Array, count: number): Promise<Float32Array>;
  /** Codes made of noise, for a memory that knows how to: `count` rows. */
  samplePrior?(count: number, random: RandomStream): Float32Array | Promise<Float32Array>;
}

/** What it took to fill every class's share of a draw. */
export interface Acceptance {
  /** Rows that walks proposed. */
  readonly proposed: number;
  /**
   * Rows of the draw that filled the quota of their class, the teacher being sure enough; where they are fewer than were
   * asked for, others made up for the rest. The acceptance rate is accepted / proposed.
   */
  readonly accepted: number;
}

/** The noise scale that a sampler inferred. */
export interface NoiseScale {
  /** λ: variance of the noise per jump. */
  readonly lambda: number;
  /** What was minimised: the energy distance between the codes of what is known and of dreams at λ. */
  readonly divergence: number;
}

/** Rows that a sampler drew, and what it has to say about them. */
export interface Draw {
  /** Rows of the autoencoder's width. */
  readonly features: Float32Array;
  /** Where rows were accepted by quotas. */
  readonly acceptance?: Acceptance;
  /** Where λ was inferred. */
  readonly noiseScale?: NoiseScale;
}

/** Codes and the class of each. */
export interface LabelledCodes {
  /** Rows of the autoencoder's code width. */
  readonly codes: Float32Array;
  readonly labels: Int32Array;
}

/** What there is to look at when a task ends, for what adapts to it. Nothing of it may be kept but what is counted. */
export interface TaskEndContext {
  /** The autoencoder that is walked upon from now on. */
  readonly autoencoder: FrozenAutoencoder;
  /** The teacher that labels from now on. */
  readonly teacher: BorrowedTeacher;
  /** The real samples of the task. */
  readonly train: Samples;
  /**
   * About `count` codes of what is known now, of all classes alike: encoded from real samples of the task, and from
   * dreams of what came before, drawn as they were until now.
   */
  seenCodes(count: number): Promise<LabelledCodes>;
}

/** Draws pseudo-samples from a frozen autoencoder. */
export interface Sampler {
  /** `count` rows drawn from what the autoencoder learnt. */
  sample(autoencoder: FrozenAutoencoder, teacher: BorrowedTeacher, count: number, random: RandomStream): Promise<Draw>;

  /**
   * The walks that its samples come from, `count` of them side by side: first where they start (a latent seed decoded),
   * then what the autoencoder makes of them at each jump, before the noise of that jump is added. What `reverie dream`
   * draws. A sampler that does not walk has none.
   */
  walks?(autoencoder: FrozenAutoencoder, count: number, random: RandomStream): AsyncIterable<Float32Array>;

  /**
   * Takes what statistics it keeps from the codes of what the memory now knows.
   *
   * @param codes rows of codes, real and dreamt together
   * @param labels class of each row
   */
  fit(codes: Float32Array, labels: Int32Array, codeWidth: number, random: RandomStream): void;
  /** Whether {@link fit} wants codes at all. */
  readonly keepsStatistics: boolean;

  /** Adapts to the autoencoder that a task left, after {@link fit}; a sampler that adapts to nothing else has none. */
  consolidate?(context: TaskEndContext, random: RandomStream): Promise<void>;
  /** @throws bad-scenario where it does not suit this autoencoder */
  check?(autoencoder: Pick<FrozenAutoencoder, 'width' | 'codeWidth' | 'samplePrior'>): void;
  /** Real samples that it keeps; none where it does not say. */
  storedSamples?(): number;
  /** Warnings about what it adapted to when a task ended; none where it does not say. */
  warnings?(): readonly Warning[];

  save(): Snapshot;
  restore(snapshot: Snapshot): void;
}
