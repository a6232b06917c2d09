import type { Dataset } from '../../core/dataset.js';
import type { SamplingStudy, StudyCell } from './sampling-result.js';
import type { Json } from '../../core/snapshot.js';
import type { Engine } from '../../engine/engine.js';
import type { Preset, StudyPlan } from './study-plan.js';
import type { TableName } from './table-one.js';
import type { CellStore } from '../cell-store.js';

/** All that a study is made of. */
export interface StudySetup {
  readonly table: TableName;
  readonly dataset: Dataset;
  readonly budget: Preset;
  readonly plan: StudyPlan;
  /** Seed of all random streams. */
  readonly seed: number;
  readonly engine: Engine;
  /** Versions of reverie and Node; the engine's are added. */
  readonly versions: Readonly<Record<string, string>>;
  /** Names of the cells to make; all where left out. */
  readonly only?: readonly string[];
  /** Measure on training samples that are held out instead of the test samples: for choosing λ and R. */
  readonly validate: boolean;
  /** Where finished cells are kept. */
  readonly store: CellStore<StudyCell, SamplingStudy>;
  /** Aborting it ends the study after its present step; the stream then completes without `study-completed`. */
  readonly stop?: AbortSignal;
  /** Milliseconds from any beginning. */
  readonly clock: () => number;
}

/**
 * What decides what comes out of a cell of a study: two with the same identity are the same, but for their seconds. The other
 * cells' memories are no part of it.
 */
export function cellIdentity(
  {
    table,
    dataset,
    plan,
    seed,
    engine,
    validate,
  }: Pick<StudySetup, 'table' | 'dataset' | 'plan' | 'seed' | 'engine' | 'validate'>,
  cell: string,
): Json {
  return {
    table,
    dataset: { name: dataset.name, source: dataset.source, train: dataset.train.size, test: dataset.test.size },
    seed,
    engine: engine.name,
    validate,
    plan: planJson({ ...plan, memories: plan.memories.filter(({ name }) => name === cell) }),
  };
}

/** The plan as JSON. */
export function planJson({ hidden, initialisation, teacher, student, memories }: StudyPlan): Json {
  return {
    hidden,
    initialisation,
    teacher: { ...teacher },
    student: { ...student },
    memories: memories.map((memory) => ({
      ...memory,
      noise: { ...memory.noise },
      walks: memory.walks.map((walk) => ({ ...walk })),
    })),
  };
}
