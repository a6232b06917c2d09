import type { TrainingPlan } from '../core/experience.js';
import type { Json } from '../core/snapshot.js';

/** A named part with its options, as the part's schema gives them: every default filled in. */
export interface PartChoice {
  readonly name: string;
  readonly options: Json;
}

export interface MemoryChoice extends PartChoice {
  readonly encoder: PartChoice;
  readonly sampler: PartChoice;
}

export type ClassOrder = 'ascending' | 'random';

/** A class-incremental scenario: which data come in which order, and who learns them how. Every default is filled in. */
export interface Scenario {
  /** Fit to be part of a file name. */
  readonly name: string;
  readonly description: string;
  readonly dataset: PartChoice;
  /** So many tasks with the same number of classes, or the classes of each task. */
  readonly tasks: number | readonly (readonly number[])[];
  /** How the classes are dealt out to a number of tasks. Says nothing where the groups are explicit. */
  readonly classOrder: ClassOrder;
  /** Takes only the first so many samples of each class; all of them where it says nothing. */
  readonly samplesPerClass?: { readonly train?: number; readonly test?: number };
  readonly plan: TrainingPlan;
  /** Optimiser steps from one any-time evaluation to the next; absent: only at the end of a task. */
  readonly evaluateEvery?: number;
  readonly seed: number;
  /** At least one; no two of the same name. */
  readonly learners: readonly PartChoice[];
  /** For the learners that have a memory. */
  readonly memory: MemoryChoice;
  /** Where it was read; for messages only, it defines nothing. Absent where a program made the scenario. */
  readonly origin?: ScenarioOrigin;
}

export interface ScenarioOrigin {
  readonly file: string;
  /** `file:line:column` of the tasks, for mistakes that show only once the data are there. */
  readonly tasks: string;
}
