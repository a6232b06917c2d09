import type { Dataset } from '../../core/dataset.js';
import { toJson } from '../../core/canonical-json.js';
import type { Json } from '../../core/snapshot.js';
import type { Trial } from '../../core/trial.js';
import type { Engine } from '../../engine/engine.js';
import { trialOf, type TrialKind } from '../../experiment/trials/trial-kind.js';
import { groundOf } from '../study-services.js';
import type { RowEvent, RowSpec } from './row-trial.js';
import { samplingStudyVersion, type RowResult, type SamplingStudy } from './sampling-result.js';
import { rowWork } from './stage-work.js';
import { studyData } from './study-data.js';
import { rowsOf, type Preset, type StudyPlan, type TableRow } from './study-plan.js';
import { tableOne, type TableName } from './table-one.js';

/** All that is chosen in a study of Table I. */
export interface SamplingChoices {
  readonly table: TableName;
  readonly dataset: Dataset;
  readonly datasetOptions: Json;
  readonly budget: Preset;
  readonly plan: StudyPlan;
  /** Seed of all random streams. */
  readonly seed: number;
  readonly engine: Pick<Engine, 'name' | 'versions'>;
  /** Names of the rows to make; all where left out. */
  readonly only?: readonly string[];
  /** Measure on training samples that are held out instead of the test samples: for choosing λ and R. */
  readonly validate: boolean;
}

/** A row, the trial that makes it, and how long that takes compared with the others. */
export interface RowWithTrial {
  readonly row: TableRow;
  readonly trial: Trial;
  readonly work: number;
}

/** The rows of a study, each as a trial. What other rows are like is no part of it. @throws unknown-name, bad-data */
export function rowsWithTrials(
  kind: TrialKind<RowSpec, RowEvent, RowResult>,
  { table, dataset, datasetOptions, plan, seed, engine, only, validate }: SamplingChoices,
): readonly RowWithTrial[] {
  const { hidden, initialisation, teacher, student } = plan;
  const ground = groundOf(dataset, datasetOptions, engine, validate);
  const data = studyData(dataset, validate);
  const rows = rowsOf(tableOne[table], plan, only);
  const first = rows.findIndex((row) => row.kind !== 'real');
  return rows.map((row, i) => {
    const memory = row.kind === 'memory' ? { memory: row.memory } : {};
    const spec = { ...ground, hidden, initialisation, teacher, student, row: row.name, kind: row.kind, ...memory };
    return { row, trial: trialOf(kind, { variant: row.name, seed, spec }), work: rowWork(spec, data, i !== first) };
  });
}

/** The study of all rows. @param versions of reverie and Node; @param results in the order of the rows */
export function samplingStudy(
  { table, dataset, budget, plan, seed, engine, only, validate }: SamplingChoices,
  versions: Readonly<Record<string, string>>,
  results: readonly RowResult[],
): SamplingStudy {
  const rows = rowsOf(tableOne[table], plan, only).flatMap(({ name, title, paper }, i) => {
    const result = results[i];
    return result === undefined ? [] : [{ name, title, paper, ...result }];
  });
  return {
    version: samplingStudyVersion,
    table,
    dataset: dataset.name,
    budget,
    measuredOn: validate ? 'validation' : 'test',
    seed,
    engine: engine.name,
    versions: { ...versions, ...engine.versions },
    configuration: toJson(plan) ?? null,
    rows,
  };
}
