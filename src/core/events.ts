import type { ConfusionCounts } from './confusion.js';
import type { Footprint } from './footprint.js';
import type { RunResult, Timings } from './result.js';
import type { RunDescription } from './run-description.js';
import type { Acceptance, NoiseScale } from './sampler.js';
import type { Shape } from './tensor.js';
import type { Warning } from './warning.js';

export type { RunDescription, RunOrigin } from './run-description.js';
export type { Warning } from './warning.js';

/**
 * Everything that happens in a run is one of these. They are plain, readonly data, and complete: `reduceRun` makes the
 * result of a run from its events alone, live or read from its log.
 */
export type RunEvent =
  RunStarted | TaskStarted | LearnerEvent | Evaluated | TaskEnded | CheckpointStarted | CheckpointSaved | RunCompleted;

/** The events that a learner may emit; the rest is the experiment's. */
export type LearnerEvent =
  EpochStarted | EpochEnded | BatchTrained | DreamsDrawn | MemoryConsolidated | Scalars | Warning;

export interface RunStarted extends RunDescription {
  readonly type: 'run-started';
  /** The last task that was learnt to its end before; 0 for a run from the start. */
  readonly resumedAfter: number;
  /** Iterations of the next task that were taken before; absent where it begins. */
  readonly resumedAtIteration?: number;
}

export interface TaskStarted {
  readonly type: 'task-started';
  /** Index of the experience in the stream, from 1. */
  readonly task: number;
  readonly classes: readonly number[];
  /** Training samples. */
  readonly samples: number;
  readonly sampleShape: Shape;
  /** Evaluation sets that are measured from now on: columns that the accuracy matrix gains. */
  readonly evaluation: readonly { readonly name: string; readonly samples: number }[];
}

export interface EpochStarted {
  readonly type: 'epoch-started';
  readonly task: number;
  readonly epoch: number;
}

export interface EpochEnded {
  readonly type: 'epoch-ended';
  readonly task: number;
  readonly epoch: number;
}

export interface BatchTrained {
  readonly type: 'batch-trained';
  readonly task: number;
  /** Within the task, from 1. */
  readonly iteration: number;
  readonly iterations: number;
  /** Losses by name, e.g. `new`, `replay`, `memory`. All are finite: a learner whose loss is not must throw `diverged`. */
  readonly losses: Readonly<Record<string, number>>;
}

/**
 * Dreams were drawn and looked at, twice a task: as they were while it was learnt, with how far the learner moved away
 * from its teacher on them, and as they are now that the memory took the task in.
 */
export interface DreamsDrawn {
  readonly type: 'dreams-drawn';
  readonly task: number;
  readonly count: number;
  /** The classes that the teacher knows. */
  readonly classes: readonly number[];
  /** How many dreams the teacher takes for each of {@link classes}. */
  readonly histogram: readonly number[];
  /** Share of dreams, in [0, 1], on which the learner of today agrees with its teacher; absent where it is the teacher. */
  readonly teacherAgreement?: number;
  /** Where dreams were accepted by quotas of their classes: how many of how many. */
  readonly acceptance?: Acceptance;
  /** Where the noise scale was inferred: with which they were dreamt. */
  readonly noiseScale?: NoiseScale;
  /** A few of them to look at. */
  readonly samples?: DreamSamples;
}

/** A few dreams, small enough for every observer. */
export interface DreamSamples {
  /** Shape of one sample. */
  readonly shape: Shape;
  /** The class that the teacher gives to each. */
  readonly labels: readonly number[];
  /** Their values one sample after the other, clamped to [0, 1], times 255, a byte each, in base64. */
  readonly bytes: string;
}

/** Numbers that a learner wants to be watched, by name. */
export interface Scalars {
  readonly type: 'scalars';
  readonly task: number;
  /** Within the task, from 1. */
  readonly iteration: number;
  readonly values: Readonly<Record<string, number>>;
}

export interface MemoryConsolidated {
  readonly type: 'memory-consolidated';
  readonly task: number;
  readonly bytes: number;
}

export interface Evaluated {
  readonly type: 'evaluated';
  /** Task that was being, or had just been, learnt. */
  readonly task: number;
  /** Optimiser steps of this task taken when it was measured. */
  readonly iteration: number;
  /** `end` of the task, or `within` it (any-time). */
  readonly moment: 'within' | 'end';
  /** Accuracy in [0, 1] on each evaluation set seen so far. */
  readonly accuracies: readonly number[];
  /** Accuracy over samples: the share, in [0, 1], of all test samples of these sets that is right. */
  readonly accuracy: number;
  /** At the end of a task: how often each class was taken for each. */
  readonly confusion?: ConfusionCounts;
  /** At the end of a task, where it is asked for: on each evaluation set still to come, accuracy and that of guessing. */
  readonly future?: readonly { readonly accuracy: number; readonly chance: number }[];
}

export interface TaskEnded {
  readonly type: 'task-ended';
  readonly task: number;
  readonly footprint: Footprint;
  /**
   * Buffers that the engine holds now in this process; the same after every task unless something leaks. As timings do, it
   * may differ in a session that went on from a checkpoint, whose buffers were made in another order.
   */
  readonly liveBuffers: number;
  /** So far, all sessions together. */
  readonly timings: Timings;
}

/** All that happened before is on disk wherever events are kept, and a checkpoint is being written. */
export interface CheckpointStarted {
  readonly type: 'checkpoint-started';
  readonly task: number;
  /** Iterations of the task that were taken; absent at its end. */
  readonly iteration?: number;
}

export interface CheckpointSaved {
  readonly type: 'checkpoint-saved';
  readonly task: number;
  /** Iterations of the task that were taken; absent at its end. */
  readonly iteration?: number;
  readonly path: string;
  /** Size of the file. */
  readonly bytes: number;
  /** What it took to save it. */
  readonly seconds: number;
}

export interface RunCompleted {
  readonly type: 'run-completed';
  /** Of the whole run. */
  readonly timings: Timings;
  readonly result: RunResult;
}
