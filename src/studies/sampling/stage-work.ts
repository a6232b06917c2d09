import type { MemoryPlan, StudyPlan, TableRow } from './study-plan.js';

/** What is trained: the ground truth classifier, an autoencoder, or a classifier under training. */
export type StageKind = 'teacher' | 'memory' | 'student';

/** The training of one network. */
export interface Stage {
  readonly kind: StageKind;
  readonly epochs: number;
  /** Optimiser steps in an epoch. */
  readonly steps: number;
  /** Of one step: how long it takes; see {@link stepWork}. */
  readonly work: number;
}

/** The data that a stage learns from, as far as its length goes. */
export interface StageData {
  readonly train: { readonly size: number; readonly width: number };
  readonly classes: readonly number[];
}

/** What the length of a row's training depends on. */
export interface RowChoices extends Pick<StudyPlan, 'hidden' | 'teacher' | 'student'> {
  readonly kind: TableRow['kind'];
  readonly memory?: MemoryPlan | undefined;
}

/** All that a row takes, see {@link stepWork}. @param taught whether its ground truth classifier is trained already */
export function rowWork(row: RowChoices, data: StageData, taught: boolean): number {
  const times: Readonly<Record<StageKind, number>> = {
    teacher: row.kind === 'real' || taught ? 0 : 1,
    memory: row.memory === undefined ? 0 : 1,
    student: row.kind === 'teacher' ? 0 : (row.memory?.walks.length ?? 1),
  };
  return Object.values(stagesOf(row, data)).reduce(
    (sum, { kind, epochs, steps, work }) => sum + times[kind] * epochs * steps * work,
    0,
  );
}

/** The stages that a row may have. */
export function stagesOf(
  { hidden, teacher, student, memory }: RowChoices,
  { train: { size, width }, classes }: StageData,
): Readonly<Record<StageKind, Stage>> {
  const classifier = parametersOf([width, ...hidden, classes.length]);
  const autoencoder =
    memory === undefined
      ? 0
      : parametersOf([width, ...memory.hidden, memory.latent, ...[...memory.hidden].reverse(), width]);
  const stepsFor = (batch: number): number => Math.ceil(size / batch);
  const { epochs = 0, batch = 1 } = memory ?? {};
  return {
    teacher: {
      ...{ kind: 'teacher', epochs: teacher.epochs, steps: stepsFor(teacher.batch) },
      work: stepWork({ trained: classifier, applied: 0, batch: teacher.batch, values: width }),
    },
    memory: {
      ...{ kind: 'memory', epochs, steps: stepsFor(batch) },
      work: stepWork({ trained: autoencoder, applied: 0, batch, values: 2 * width }),
    },
    student: {
      ...{ kind: 'student', epochs: student.epochs, steps: student.steps },
      work: stepWork({ trained: classifier, applied: classifier + autoencoder, batch: student.batch, values: width }),
    },
  };
}

/** Parameters of a fully connected network. */
function parametersOf(widths: readonly number[]): number {
  return widths.slice(1).reduce((sum, units, i) => sum + ((widths[i] ?? 0) + 1) * units, 0);
}

/** What determines how long a step takes. */
interface StepSize {
  /** Parameters of the network that is trained. */
  readonly trained: number;
  /** Parameters of the networks that are only applied, one row in the batch after the other. */
  readonly applied: number;
  readonly batch: number;
  /** Per row: those of the input, and those of a target as wide. */
  readonly values: number;
}

/**
 * How long a step takes, in multiply-adds and what takes as long as they do; good to a third or so, and only to estimate
 * how much time is left. Forward and backward take three products. An optimiser's step over a parameter takes as long as
 * some 60 multiply-adds do, and a value that is drawn, copied or compared with its target as long as some 600.
 */
function stepWork({ trained, applied, batch, values }: StepSize): number {
  return trained * (3 * batch + 60) + applied * batch + 600 * values * batch;
}
