import type { TrainingPlan } from '../core/experience.js';
import type { CompareBy } from '../core/result.js';
import type { Json } from '../core/snapshot.js';

/** A named part with its options, as the part's schema gives them: every default filled in. */
export interface PartChoice {
  readonly name: string;
  readonly options: Json;
}

/** A learner, with the label that distinguishes it from others of its name, which differ in their options. */
export interface LearnerChoice extends PartChoice {
  readonly label?: string;
}

export interface MemoryChoice extends PartChoice {
  readonly encoder: PartChoice;
  readonly sampler: PartChoice;
}

/** The stream of a scenario that names none. */
export const defaultStream = 'class-incremental';

/** Options of the default stream that a file may give at its top, as files of version 0.1 do. */
export const streamKeys = ['tasks', 'classOrder', 'samplesPerClass'] as const;

/** Those of {@link streamKeys} that an object has. */
export function streamOptionsIn<T>(values: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => streamKeys.some((known) => known === key)));
}

/** Which data come in which order, and which learners learn them how. Every default is filled in. */
export interface Scenario {
  /** Fit to be part of a file name. */
  readonly name: string;
  readonly description: string;
  readonly dataset: PartChoice;
  /** Makes the experiences out of the data set. */
  readonly stream: PartChoice;
  readonly plan: TrainingPlan;
  /** When checkpoints are left within tasks, in addition to their ends; absent: only there. It decides nothing of the outcome. */
  readonly checkpointEvery?: { readonly iterations: number } | { readonly minutes: number };
  /** Whether the checkpoints of the ends of all tasks stay, and not the last two only; it decides nothing of the outcome. */
  readonly keepsTaskEnds?: boolean;
  /** Optimiser steps from one any-time evaluation to the next; absent: only at the end of a task. */
  readonly evaluateEvery?: number;
  /** Whether sets still to come are measured too after each task; absent: they are not. */
  readonly evaluatesFuture?: boolean;
  /** Measures on this share, in (0, 1), of the training samples, which are not learnt; on test samples where absent. */
  readonly validation?: { readonly share: number };
  /** By which accuracy learners are compared; `samples` unless given. It decides nothing of the outcome. */
  readonly compareBy?: CompareBy;
  /** What watches each run; it decides nothing of the outcome. Absent where there is none. */
  readonly observers?: readonly PartChoice[];
  readonly seed: number;
  /** The recipe that filled options of the learners in; it decides nothing more. Absent where there is none. */
  readonly recipe?: string;
  /** At least one; no two of the same label, or name where they have none. */
  readonly learners: readonly LearnerChoice[];
  /** For the learners that have a memory. */
  readonly memory: MemoryChoice;
  /** Where it was read; for messages only, it defines nothing. Absent where a program made the scenario. */
  readonly origin?: ScenarioOrigin;
}

export interface ScenarioOrigin {
  readonly file: string;
  /** `file:line:column key` of what describes the stream, for mistakes that show only once the data are there. */
  readonly stream: string;
}
