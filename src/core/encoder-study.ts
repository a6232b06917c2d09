import type { Json } from './snapshot.js';

/** Version of {@link EncoderStudy}. It grows when a field changes its meaning or goes; a new field alone leaves it. */
export const encoderStudyVersion = 1;

/**
 * What the codes of autoencoders are good for: the content of an encoder study's `result.json`. Identical for identical
 * studies, but for the cells' `seconds`.
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
  readonly cells: readonly EncoderCell[];
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
export interface EncoderCell {
  /** Fit to be a file name. */
  readonly name: string;
  readonly arm: string;
  readonly seed: number;
  /** Mean training loss of each epoch, in the autoencoder's own unit. */
  readonly losses: readonly number[];
  /** The epoch, from 1, whose parameters were kept. */
  readonly bestEpoch: number;
  /** Optimiser steps. */
  readonly steps: number;
  readonly probes: readonly ProbeOutcome[];
  /** Of the codes and reconstructions of the samples that were measured on; those that do not exist are left out. */
  readonly measures: Readonly<Partial<Record<CodeMeasure, number>>>;
  /** Seconds that it took. */
  readonly seconds: number;
}

/** How well one probe answers one question. */
export interface ProbeOutcome {
  /** What was asked, e.g. `codes`; see {@link EncoderSummary}. */
  readonly question: string;
  readonly probe: string;
  /** In [0, 1]. */
  readonly accuracy: number;
  /** In [0, 1]. */
  readonly macroF1: number;
  /** Area under the ROC curve, one class against the rest, in [0, 1]; absent where it does not exist. */
  readonly auc?: number;
}

export const probeMeasures = ['accuracy', 'macroF1', 'auc'] as const;
export type ProbeMeasure = (typeof probeMeasures)[number];

export const codeMeasures = [
  'mae',
  'rmse',
  'psnr',
  'ssim',
  'compression',
  'activeUnits',
  'silhouette',
  'overlap',
  'neighbourhoodInformation',
] as const;
export type CodeMeasure = (typeof codeMeasures)[number];

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
  readonly question: string;
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
  /** The same, adjusted by Holm over all arms that were asked this question by this probe. */
  readonly adjusted?: number;
}

export interface MeasureSummary extends SeedMean {
  readonly arm: string;
  readonly measure: CodeMeasure;
}
