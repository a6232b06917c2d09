import type { SamplingStudy, StudyCell } from '../core/sampling-study.js';
import type { EpochMeasured, StepTrained } from './training-stage.js';

/** Everything that happens in a study is one of these. */
export type StudyEvent = StudyStarted | StageAdvanced | EpochMeasured | CellCompleted | StudyCompleted;

export interface StudyStarted {
  readonly type: 'study-started';
  /** Titles of the cells that will be made. */
  readonly cells: readonly string[];
  /** Those of an earlier session, which stay as they are. */
  readonly kept: readonly StudyCell[];
}

/** A step, and how much of the study's work is done with it. */
export interface StageAdvanced extends StepTrained {
  /** In [0, 1], of what this session has to do; an estimate. */
  readonly done: number;
}

export interface CellCompleted {
  readonly type: 'cell-completed';
  readonly cell: StudyCell;
}

export interface StudyCompleted {
  readonly type: 'study-completed';
  readonly study: SamplingStudy;
}
