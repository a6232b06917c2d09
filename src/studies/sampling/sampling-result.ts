import { z } from 'zod';
import type { Json } from '../../core/snapshot.js';

/** Version of {@link SamplingStudy}. It grows when a field changes its meaning or goes; a new field alone leaves it. */
export const samplingStudyVersion = 2;

/**
 * Table I and figures 3–5 of "Generalization of iterative sampling in autoencoders" (Solinas et al. 2020), made again: the
 * content of a study's `result.json`. Identical for identical studies, but for the rows' `seconds`.
 */
export interface SamplingStudy {
  readonly version: typeof samplingStudyVersion;
  /** Part of Table I: `mnist`, `cifar-10` or `cifar-100`. */
  readonly table: string;
  /** Name of the data set that was learnt. */
  readonly dataset: string;
  readonly budget: string;
  /** What the accuracies were measured on: the test samples, or training samples that were held out from learning. */
  readonly measuredOn: 'test' | 'validation';
  readonly seed: number;
  readonly engine: string;
  /** Versions of reverie, Node and the engine's libraries. */
  readonly versions: Readonly<Record<string, string>>;
  /** All that was chosen: widths, epochs, batch sizes, λ, R. */
  readonly configuration: Json;
  readonly rows: readonly SamplingRow[];
}

/** A classifier that learnt from these walks. */
export interface SamplingWalk {
  /** λ: variance of the noise that was added after each jump. */
  readonly lambda: number;
  /** R: jumps of a walk before it started anew. */
  readonly jumps: number;
  /** What was collected: xₙ with the noise of its jump, as algorithm 2 does, or AE(xₙ₋₁) before it. */
  readonly collect: 'noisy' | 'reconstruction';
  /** Accuracy after each epoch. */
  readonly curve: readonly number[];
}

/** What came of the training for one row of the table. */
export interface RowResult {
  /** Accuracy of the classifier after its last epoch, in [0, 1]. */
  readonly accuracy: number;
  /** Accuracy after each epoch of the classifier: a line of figures 3–5. */
  readonly curve: readonly number[];
  /** Mean reconstruction loss of each epoch of the memory, in nats a sample; empty where there is no memory. */
  readonly memoryLosses: readonly number[];
  /**
   * The walks that the memory was dreamt by, and what came of each: one, or where λ and R were being chosen several, of which
   * the best is the row; none where there is no memory.
   */
  readonly walks: readonly SamplingWalk[];
  /** Seconds that it took, training of the memory included, that of the ground truth classifier in its own row alone. */
  readonly seconds: number;
}

/** One row of the table. */
export interface SamplingRow extends RowResult {
  /** E.g. `deep-ae`. */
  readonly name: string;
  /** As the table calls it. */
  readonly title: string;
  /** The paper's accuracy, in [0, 1]. */
  readonly paper: number;
}

const share = z.number().min(0).max(1);

export const walkPlan = z.object({
  lambda: z.number().min(0),
  jumps: z.int().min(2),
  collect: z.enum(['noisy', 'reconstruction']),
});

/** {@link RowResult} in its file. */
export const rowResult: z.ZodType<RowResult> = z.object({
  accuracy: share,
  curve: z.array(share).min(1),
  memoryLosses: z.array(z.number()),
  walks: z.array(walkPlan.extend({ curve: z.array(share).min(1) })),
  seconds: z.number().nonnegative(),
});
