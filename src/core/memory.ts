import type { Samples } from './dataset.js';
import type { Snapshot } from './snapshot.js';
import type { Teacher } from './teacher.js';
import type { RandomStream } from './random.js';
import type { Acceptance, FrozenAutoencoder, NoiseScale } from './sampler.js';
import type { TrainedFunction } from './trained-function.js';
import type { Warning } from './warning.js';

/** Pseudo-samples with the labels that the teacher gave them. */
export interface Dreams {
  readonly count: number;
  /** `count` rows of the width of a sample. */
  readonly features: Float32Array;
  /** Teacher's logits, `count` rows over {@link classes}. */
  readonly logits: Float32Array;
  /** The classes that the teacher knew, in the order of its logits. */
  readonly classes: readonly number[];
  /** What an autoencoder is to make of each of them, `count` rows; the dreams themselves where absent. */
  readonly targets?: Float32Array;
  /** Where dreams were accepted by quotas of their classes: how many of how many. */
  readonly acceptance?: Acceptance;
  /** Where the noise scale was inferred: with which they were dreamt. */
  readonly noiseScale?: NoiseScale;
}

/** One training batch for a memory, real and dreamt rows together. It is not to be kept: its arrays are used again. */
export interface MemoryBatch {
  readonly count: number;
  /** `count` rows. */
  readonly features: Float32Array;
  /** Class of each row: given for real rows, the teacher's first choice for dreams. */
  readonly labels: Int32Array;
  /** Weight of each row in the loss; they sum to 1. */
  readonly weights: Float32Array;
  /** All samples of the task, among them the real rows: what an encoder may draw targets from. Not to be kept. */
  readonly samples?: Samples;
  /** What is known of the dreams among the rows, which are the last ones; absent where all rows are real. */
  readonly dreams?: Pick<Dreams, 'count' | 'logits' | 'classes' | 'targets'>;
}

/**
 * A memory learns what passes through it and dreams it back. It keeps no sample but those that {@link Memory.storedSamples}
 * reports: what it knows is in its parameters, and in what statistics of codes its sampler keeps.
 */
export interface Memory {
  /** One optimiser step. Returns the loss per row, weighted by the batch. */
  train(batch: MemoryBatch): Promise<number>;

  /** `count` new dreams of what was consolidated, or undefined before the first consolidation. */
  dream(count: number): Promise<Dreams | undefined>;

  /**
   * The walks that its dreams come from, `count` of them side by side: first where they start, then where each jump
   * leads, labelled by the teacher. What `reverie dream` draws. Undefined before the first consolidation, and where its
   * sampler does not walk.
   *
   * @param random draws the walks; those of {@link dream} are not changed by it
   */
  walks?(count: number, random: RandomStream): AsyncIterable<Dreams> | undefined;

  /**
   * One reinjection without noise: what the autoencoder that dreams makes of `count` rows, labelled by the teacher.
   * Undefined before the first consolidation.
   */
  reinject?(features: Float32Array, count: number): Promise<Dreams | undefined>;

  /**
   * The autoencoder that dreams, to encode samples and decode codes with; undefined before the first consolidation. It is
   * good until the memory consolidates again or is disposed.
   */
  frozenAutoencoder?(): FrozenAutoencoder | undefined;

  /**
   * Ends a task: from now on dreams come from the memory as it is now, labelled by `teacher`.
   *
   * @param train the task's real samples, which may be read now and must not be kept
   * @param teacher the learner as it is now, frozen; the memory owns it from here on and disposes it
   */
  consolidate(train: Samples, teacher: Teacher): Promise<void>;

  /** Bytes of what it keeps for dreaming: the frozen autoencoder, the sampler's statistics, the teacher. */
  bytes(): number;
  /** Of those, bytes of what is no network's parameters: statistics of codes, walks, samples; 0 where it does not say. */
  statisticsBytes?(): number;
  /** Real samples among what it keeps; none where it does not say. */
  storedSamples?(): number;
  /** Warnings about how it was made, and about what its last task left; asked before a run starts, and when a task ends. */
  warnings?(): readonly Warning[];
  /** Whether {@link save} may be called within a task too, between two steps. */
  readonly savesWithinTask?: boolean;
  /** The whole state, but for the teacher, which is the learner's: between two tasks, or within one where it says so. */
  save(): Promise<Snapshot>;
  /** @param teacher the restored learner, frozen, where it had learnt anything; the memory owns it from here on */
  restore(snapshot: Snapshot, teacher: Teacher | undefined): Promise<void>;
  /** What of it can be used without reverie, say its decoder; nothing where it does not say. */
  trainedFunctions?(): Promise<readonly TrainedFunction[]>;
  dispose(): void;
}

/** What of a memory shows its dreams; looking changes nothing but which dreams come next. */
export type DreamSource = Pick<Memory, 'dream' | 'walks' | 'reinject' | 'frozenAutoencoder'>;
