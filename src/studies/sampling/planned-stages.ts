import type { Cell } from './cells.js';
import type { StudyData } from './study-data.js';
import type { StudyPlan } from './study-plan.js';
import type { Stage } from './training-stage.js';
import { parametersOf, stepWork } from './workload.js';

/** A stage that is to come: how long it is, and what a step of it weighs. */
export interface PlannedStage extends Pick<Stage, 'cell' | 'kind' | 'epochs' | 'steps'> {
  /** Of one step; see `stepWork`. */
  readonly work: number;
  /** How often it is done: once for each of the walks to choose from. */
  readonly times: number;
}

/** Everything that must be trained for these cells; the ground truth classifier is, unless they learn from real data alone. */
export function stagesOf(
  cells: readonly Cell[],
  { hidden, teacher, student, memories }: StudyPlan,
  { train, classes }: Pick<StudyData, 'train' | 'classes'>,
): readonly PlannedStage[] {
  const { width } = train;
  const classifier = parametersOf([width, ...hidden, classes.length]);
  const stepsFor = (batch: number): number => Math.ceil(train.size / batch);
  const autoencoders = new Map(
    memories.map(({ name, hidden, latent }) => [
      name as string,
      parametersOf([width, ...hidden, latent, ...[...hidden].reverse(), width]),
    ]),
  );
  const teaching: PlannedStage = {
    cell: 'ground-truth',
    kind: 'teacher',
    epochs: teacher.epochs,
    steps: stepsFor(teacher.batch),
    times: 1,
    work: stepWork({ kind: 'teacher', trained: classifier, applied: 0, batch: teacher.batch, width }),
  };
  const stages = cells.flatMap((cell): PlannedStage[] => {
    const { name } = cell;
    if (cell.kind === 'teacher') return [];
    const applied = cell.kind === 'real' ? 0 : classifier + (autoencoders.get(name) ?? 0);
    const learning: PlannedStage = {
      cell: name,
      kind: 'student',
      epochs: student.epochs,
      steps: student.steps,
      times: cell.kind === 'memory' ? cell.memory.walks.length : 1,
      work: stepWork({ kind: 'student', trained: classifier, applied, batch: student.batch, width }),
    };
    if (cell.kind !== 'memory') return [learning];
    const { epochs, batch } = cell.memory;
    const trained = autoencoders.get(name) ?? 0;
    const remembering: PlannedStage = {
      cell: name,
      kind: 'memory',
      epochs,
      steps: stepsFor(batch),
      times: 1,
      work: stepWork({ kind: 'memory', trained, applied: 0, batch, width }),
    };
    return [remembering, learning];
  });
  return cells.some(({ kind }) => kind !== 'real') ? [teaching, ...stages] : stages;
}

export function totalWork(stages: readonly PlannedStage[]): number {
  return stages.reduce((sum, { epochs, steps, work, times }) => sum + epochs * steps * work * times, 0);
}
