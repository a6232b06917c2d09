import type { RunDescription } from './run-description.js';
import type { ConfusionCounts } from './confusion.js';
import type { Footprint } from './footprint.js';
import type { Acceptance, NoiseScale } from './sampler.js';

/** Version of {@link RunResult}. It grows when a field changes its meaning or goes; a new field alone leaves it. */
export const resultVersion = 2;

/**
 * Which accuracy learners are compared by where test sets differ in size: the share of all test samples that are right, or
 * the mean over tasks (ACC), in which a task of two classes counts as much as one of fifty.
 */
export type CompareBy = 'samples' | 'tasks';

/** Classes up to which a result has the confusion counts: about 250 KB. The event `evaluated` has them of any number. */
export const mostConfusion = 256;

/** What is known of a finished run: the content of `result.json`. Identical for identical runs, but for `timings`. */
export interface RunResult extends Omit<RunDescription, 'run' | 'tasks'> {
  readonly version: typeof resultVersion;
  /** Classes of each task, in the order they came. */
  readonly tasks: readonly (readonly number[])[];
  /** Entry [i][j]: accuracy on evaluation set j + 1 after task i + 1; null where it was still to come. */
  readonly accuracyMatrix: readonly (readonly (number | null)[])[];
  /** Samples of each evaluation set. */
  readonly testSizes: readonly number[];
  /** What was measured on sets before they were learnt; absent unless the scenario asks for it (`evaluation: { future: true }`). */
  readonly future?: FutureAccuracies;
  readonly metrics: Readonly<Record<string, MetricValue>>;
  /** Accuracy after the last task on each class, in the order the classes were met. */
  readonly perClassAccuracy: readonly { readonly class: number; readonly accuracy: number }[];
  /** How often each class was taken for each after the last task; absent with more than {@link mostConfusion} classes. */
  readonly confusion?: ConfusionCounts;
  /** The share of all test samples seen so far that were right, measured within and at the end of tasks. */
  readonly anytime: readonly { readonly task: number; readonly iteration: number; readonly accuracy: number }[];
  readonly dreams: readonly DreamHealth[];
  readonly footprint: Footprint;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  readonly timings: Timings;
}

/** The upper triangle of the accuracy matrix, and what guessing would give. */
export interface FutureAccuracies {
  /** Entry [i][j]: accuracy on evaluation set j + 1 after task i + 1; null where the set was seen. */
  readonly accuracyMatrix: readonly (readonly (number | null)[])[];
  /** Of each set that was measured before it was seen, 1 over the number of classes to choose from; null for others. */
  readonly chance: readonly (number | null)[];
}

/** A number and what exactly it is: the same name hides different formulas in the field. */
export interface MetricValue {
  readonly value: number;
  readonly definition: string;
}

/** What was seen of the dreams at one moment; see {@link import('./events.js').DreamsDrawn}. */
export interface DreamHealth {
  readonly task: number;
  readonly count: number;
  readonly classes: readonly number[];
  readonly histogram: readonly number[];
  readonly teacherAgreement: number | null;
  readonly acceptance?: Acceptance;
  readonly noiseScale?: NoiseScale;
}

/** The only part of a result that differs between identical runs. */
export interface Timings {
  /** Wall-clock seconds, all sessions of a resumed run together. */
  readonly seconds: number;
  /** Seconds spent learning each task. */
  readonly learning: readonly number[];
  /** Seconds spent measuring. */
  readonly evaluating: number;
  /** Largest resident memory of the process, MiB. */
  readonly peakMemoryMiB: number;
}
