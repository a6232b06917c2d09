import type { Footprint } from './footprint.js';
import type { RunResult } from './result.js';
import type { Acceptance, NoiseScale } from './sampler.js';
import type { Warning } from './warning.js';

export type { Warning } from './warning.js';

/** Everything that happens in a run is one of these. They are plain, readonly data: they can be logged as JSON. */
export type RunEvent = RunStarted | TaskStarted | LearnerEvent | Evaluated | TaskEnded | CheckpointSaved | RunCompleted;

/** The events that a learner may tell of; the rest is the experiment's. */
export type LearnerEvent = EpochStarted | EpochEnded | BatchTrained | DreamsDrawn | MemoryConsolidated | Warning;

export interface RunStarted {
  readonly type: 'run-started';
  readonly scenario: string;
  readonly learner: string;
  readonly seed: number;
  readonly engine: string;
  /** Number of experiences in the stream; absent where it has no end. */
  readonly tasks?: number;
  /** Task after which a resumed run goes on; 0 for a run from the start. */
  readonly resumedAfter: number;
}

export interface TaskStarted {
  readonly type: 'task-started';
  readonly task: number;
  readonly classes: readonly number[];
  readonly samples: number;
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
  /** From 1. */
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
  /** Accuracy in [0, 1] on the test samples of tasks 1 … task. */
  readonly accuracies: readonly number[];
  /** Accuracy in [0, 1] over all test samples of the classes seen so far. */
  readonly accuracy: number;
}

export interface TaskEnded {
  readonly type: 'task-ended';
  readonly task: number;
  readonly footprint: Footprint;
  /** Buffers that the engine holds now; the same after every task unless something leaks. */
  readonly liveBuffers: number;
}

export interface CheckpointSaved {
  readonly type: 'checkpoint-saved';
  readonly task: number;
  readonly path: string;
}

export interface RunCompleted {
  readonly type: 'run-completed';
  readonly result: RunResult;
}
