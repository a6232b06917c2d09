import type { MetricValue } from './result.js';

/** Version of {@link DreamReport}. It grows when a field changes its meaning or goes; a new field alone leaves it. */
export const dreamReportVersion = 1;

/** How healthy the dreams of a saved run are: what `reverie dream --check` shows. */
export interface DreamReport {
  readonly version: typeof dreamReportVersion;
  /** Dreams that were looked at. */
  readonly count: number;
  /** The classes that the teacher knows. */
  readonly classes: readonly number[];
  /** How many dreams the teacher takes for each of {@link classes}. */
  readonly histogram: readonly number[];
  /** By name; one that there is not is absent. */
  readonly metrics: Readonly<Record<string, DreamMetric>>;
  /** What was left out, and why. */
  readonly notes: readonly string[];
}

/** A number of the dreams, what exactly it is, and the same of real samples where there is such a thing. */
export interface DreamMetric extends MetricValue {
  /** The same measured on real samples; null where it was not, or cannot be. */
  readonly real: number | null;
  readonly unit: DreamUnit;
}

/** What a number of dreams counts or measures; shares and accuracies are in [0, 1], distances those of sample values. */
export type DreamUnit = 'count' | 'share' | 'nats' | 'distance' | 'squared error' | 'variance';
