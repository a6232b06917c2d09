import type { SamplingStudy, StudyCell } from './sampling-result.js';
import type { EpochMeasured, StepTrained } from './training-stage.js';

/** What happens in any study of cells, whatever a cell is. */
export type CellEvent<Cell, Study> = StudyStarted<Cell> | CellCompleted<Cell> | StudyCompleted<Study>;

/** Everything that happens while Table I is made is one of these. */
export type StudyEvent = CellEvent<StudyCell, SamplingStudy> | TrainingEvent;

/** What happens while its networks are trained. */
export type TrainingEvent = StageAdvanced | EpochMeasured;

export interface StudyStarted<Cell> {
  readonly type: 'study-started';
  /** Titles of the cells that will be made. */
  readonly cells: readonly string[];
  /** Those of an earlier session, which stay as they are. */
  readonly kept: readonly Cell[];
}

/** A step, and how much of the study's work is done with it. */
export interface StageAdvanced extends StepTrained {
  /** In [0, 1], of what this session has to do; an estimate. */
  readonly done: number;
}

export interface CellCompleted<Cell> {
  readonly type: 'cell-completed';
  readonly cell: Cell;
}

export interface StudyCompleted<Study> {
  readonly type: 'study-completed';
  readonly study: Study;
}
