import { z } from 'zod';
import type { Json } from '../../core/snapshot.js';

/** Version of {@link EncoderStudy}. It grows when a field changes its meaning or goes; a new field alone leaves it. */
export const encoderStudyVersion = 2;

/**
 * What the codes of autoencoders are good for: the content of an encoder study's `result.json`. Identical for identical
 * studies, but for the trials' `seconds`.
 */
export interface EncoderStudy {
  readonly version: typeof encoderStudyVersion;
  readonly name: string;
  /** Name of the data set. */
  readonly dataset: string;
  /** What the codes were measured on: test samples, or training samples that nothing had learnt. */
  readonly measuredOn: 'test' | 'validation';
  readonly seeds: readonly number[];
  readonly engine: string;
  /** Versions of reverie, Node and the engine's libraries. */
  readonly versions: Readonly<Record<string, string>>;
  /** All that was chosen. */
  readonly configuration: Json;
  readonly arms: readonly EncoderArm[];
  /** One for each arm and seed. */
  readonly trials: readonly EncoderTrial[];
  readonly summary: EncoderSummary;
}

/** What is compared: an autoencoder that was taught with a target policy. */
export interface EncoderArm {
  /** Tells it from the other arms, e.g. `vanilla, icrst p=0.5`. */
  readonly name: string;
  readonly autoencoder: string;
  readonly encoder: string;
  /** Name of the grouping of classes that it was taught by; absent: the classes themselves. */
  readonly groups?: string;
  /** Name of the arm that it is compared with. */
  readonly against?: string;
  /** The accuracy that a paper has for it, in [0, 1]: of the best of its classifiers. */
  readonly paper?: number;
}

/** One arm with one seed. */
export interface EncoderTrial extends EncoderResult {
  readonly arm: string;
  readonly seed: number;
}

/** What came of a trial. */
export interface EncoderResult {
  /** Mean training loss of each epoch, in the autoencoder's own unit. */
  readonly losses: readonly number[];
  /** The epoch, from 1, whose parameters were kept. */
  readonly bestEpoch: number;
  /** Optimiser steps. */
  readonly steps: number;
  readonly probes: readonly ProbeOutcome[];
  /** Of the codes and reconstructions of the samples that were measured on. */
  readonly measures: Readonly<Partial<Record<CodeMeasure, number>>>;
  /** Why the other measures do not exist. */
  readonly absent: Readonly<Partial<Record<CodeMeasure, string>>>;
  /** Seconds that it took. */
  readonly seconds: number;
}

/** How well one probe predicts one target. */
export interface ProbeOutcome {
  /** What it predicts from codes: `classes`, the name of a grouping of classes, or the classes in another domain. */
  readonly target: string;
  readonly probe: string;
  /** In [0, 1]. */
  readonly accuracy: number;
  /** In [0, 1]. */
  readonly macroF1: number;
  /** Area under the ROC curve, one class against the rest, in [0, 1]; absent where it does not exist. */
  readonly auc?: number;
}

/** What probes are measured by, each with its definition. */
export const probeMeasures = {
  accuracy: 'share of codes whose class has the highest score',
  macroF1: 'mean over classes of F1 = 2·TP / (2·TP + FP + FN)',
  auc: 'mean over classes of the area under the ROC curve of that class against all others (Hanley & McNeil 1982)',
} as const;
export type ProbeMeasure = keyof typeof probeMeasures;

/** What codes and reconstructions are measured by, each with its definition. */
export const codeMeasures = {
  mae: 'mean absolute error of a value, 1/n Σ |x − x̂|',
  rmse: 'root mean squared error of a value, √(1/n Σ (x − x̂)²)',
  psnr: 'peak signal to noise, 10·log₁₀(1 / MSE), in decibels',
  ssim: 'structural similarity (Wang et al. 2004), Gaussian window of 11 × 11, mean over images and channels',
  compression: 'values of a sample / values of its code',
  activeUnits: 'units of the code whose variance is above 0.01 (Burda et al. 2016)',
  silhouette: 'mean silhouette of codes under their classes (Rousseeuw 1987)',
  overlap: 'share of other classes among the 10 nearest codes of a code, mean over codes',
  neighbourhoodInformation: 'I(z; z′) of a code and its nearest in nats, by 3 nearest neighbours (Kraskov et al. 2004)',
  sampleInformation: 'I(z; x) of codes and samples in nats, by 3 nearest neighbours (Kraskov et al. 2004)',
  localSampleInformation: 'I(z; x) among a code and its 50 nearest in nats, mean over codes (Kraskov et al. 2004)',
  classInformation: 'I(z; y) of codes and classes in nats, by 3 nearest neighbours (Ross 2014)',
} as const;
export type CodeMeasure = keyof typeof codeMeasures;

/** Each arm over its seeds. */
export interface EncoderSummary {
  readonly probes: readonly ProbeSummary[];
  readonly measures: readonly MeasureSummary[];
}

/** Mean over seeds, with the ends of its 95 % confidence interval by Student's t where there are at least two. */
export interface SeedMean {
  readonly mean: number;
  readonly interval?: readonly [low: number, high: number];
  /** Number of seeds that it is of. */
  readonly count: number;
}

export interface ProbeSummary extends SeedMean {
  readonly arm: string;
  readonly target: string;
  readonly probe: string;
  readonly measure: ProbeMeasure;
  /** To the arm that it is compared with, over the same seeds; absent where that is itself, or nothing. */
  readonly difference?: PairedDifference;
}

export interface PairedDifference {
  readonly against: string;
  /** Mean difference, and its 95 % confidence interval where there are at least two seeds. */
  readonly mean: number;
  readonly interval?: readonly [low: number, high: number];
  /** Two-sided paired t-test; absent where it does not exist. */
  readonly p?: number;
  /** The same, adjusted by Holm over all arms that this probe was put on for this target. */
  readonly adjusted?: number;
}

export interface MeasureSummary extends SeedMean {
  readonly arm: string;
  readonly measure: CodeMeasure;
}

const share = z.number().min(0).max(1);
const count = z.int().min(1);
const measure = z.enum(Object.keys(codeMeasures) as CodeMeasure[]);

/** {@link EncoderResult} in its file. */
export const encoderResult: z.ZodType<EncoderResult> = z.object({
  losses: z.array(z.number()).min(1),
  bestEpoch: count,
  steps: count,
  probes: z.array(
    z.object({
      target: z.string(),
      probe: z.string(),
      accuracy: share,
      macroF1: share,
      auc: share.exactOptional(),
    }),
  ),
  measures: z.partialRecord(measure, z.number()),
  absent: z.partialRecord(measure, z.string()),
  seconds: z.number().nonnegative(),
});
