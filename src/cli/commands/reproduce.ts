import { ReverieError } from '../../core/errors.js';
import type { SamplingStudy } from '../../studies/sampling/sampling-result.js';
import { compose } from '../../di/composition.js';
import { ownVersion } from '../../di/own-version.js';
import { directoryName, openNumberedDirectory } from '../../experiment/numbered-directory.js';
import type { Page } from '../../report/page.js';
import { samplingCurves } from '../../studies/sampling/sampling-tables.js';
import { samplingTable } from '../../studies/sampling/sampling-tables.js';
import { cellFolder } from '../../studies/cell-store.js';
import { cellsOf } from '../../studies/sampling/cells.js';
import { samplingCells } from '../../studies/sampling/sampling-cells.js';
import { samplingStudy } from '../../studies/sampling/sampling-study.js';
import { studyData } from '../../studies/sampling/study-data.js';
import type { StudyEvent } from '../../studies/sampling/study-events.js';
import { studyPlan, type Preset } from '../../studies/sampling/study-plan.js';
import { cellIdentity, type StudySetup } from '../../studies/sampling/study-setup.js';
import { tableOne, type TableName } from '../../studies/sampling/table-one.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import type { EngineOption } from '../options.js';
import { performStudy } from '../perform-study.js';
import { describeSamplingEvent } from '../progress/describe-sampling-event.js';
import type { CliContext } from '../cli-context.js';
import { studySettings } from '../study-settings.js';

export interface ReproduceOptions {
  readonly budget: Preset;
  readonly table: TableName;
  readonly dataset: string;
  readonly dataDir?: string;
  readonly seed: number;
  readonly cell: readonly string[];
  readonly set: readonly string[];
  readonly plugin: readonly string[];
  readonly engine: EngineOption;
  readonly validate: boolean;
  readonly out: string;
  readonly resume: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

const reports = { 'sampling-table': samplingTable, 'sampling-curves': samplingCurves } as const satisfies Record<
  string,
  (study: SamplingStudy, page: Page) => string
>;

export type StudyReport = keyof typeof reports;

/**
 * `reverie reproduce`: makes the cells of Table I, or goes on with those that are not finished, and prints them as the table
 * or as figures 3–5. Bad input is found before anything is written.
 */
export async function reproduceCommand(
  report: StudyReport,
  options: ReproduceOptions,
  around: CliContext,
): Promise<ExitCode> {
  const { setup, path } = await setUp(options, around);
  const study = await performStudy(
    {
      headline: headline(setup),
      path,
      events: (stop) => samplingStudy({ ...setup, stop }),
      outcome: (event: StudyEvent) => (event.type === 'study-completed' ? event.study : undefined),
      say: describeSamplingEvent,
    },
    options,
    around,
  );
  if (study === undefined) return exitCodes.interrupted;
  const { out, err } = around;
  out.write(options.json ? `${JSON.stringify(study)}\n` : `\n${reports[report](study, out)}\n\nresults:\n  ${path}\n`);
  for (const warning of warnings(setup)) err.write(`warning: ${warning}\n`);
  return exitCodes.success;
}

async function setUp(
  options: ReproduceOptions,
  { clock }: Pick<CliContext, 'clock'>,
): Promise<{ readonly setup: StudySetup; readonly path: string }> {
  const { budget, table, seed, validate, cell: only, dataDir, plugin } = options;
  if (table !== 'mnist' && options.dataset === 'mnist') {
    throw new ReverieError(
      'bad-usage',
      `--table ${table}: those rows are of features of ${tableOne[table].data}, not of MNIST; name the data set that has them with --dataset`,
    );
  }
  const settings = studySettings(options.set);
  const plan = studyPlan(tableOne[table], budget, settings.study);
  if (!validate && plan.memories.some(({ walks }) => walks.length > 1)) {
    throw new ReverieError(
      'bad-usage',
      '--set lambda or jumps has a list to choose from, and the test samples are not to choose by; add --validate',
    );
  }
  cellsOf(tableOne[table], plan, only);
  const composition = await compose({ engine: options.engine, plugins: plugin, dataDir });
  const dataset = await composition.datasetNamed(options.dataset, settings.dataset);
  studyData(dataset, validate);
  const { engine } = await composition.engine();
  const versions = { reverie: ownVersion(), node: process.versions.node };
  const chosen = { table, dataset, budget, plan, seed, engine, versions, validate, only, clock };
  const data = [table, ...(dataset.name === table ? [] : [dataset.name]), budget, ...(validate ? ['validation'] : [])];
  const name = directoryName(`sampling-${data.join('-')}-${seed}`);
  const { path } = await openNumberedDirectory(options.out, name, options.resume);
  return {
    setup: { ...chosen, store: cellFolder(path, samplingCells, (cellName) => cellIdentity(chosen, cellName)) },
    path,
  };
}

function headline({ table, dataset, budget, seed, engine, validate }: StudySetup): string {
  const where = validate ? ', measured on held-out training samples' : '';
  return `Table I, ${tableOne[table].data} rows, on data set ${dataset.name}${where}, budget ${budget}, seed ${seed}, engine ${engine.name}`;
}

function warnings({ table, dataset, budget }: StudySetup): readonly string[] {
  return [
    ...(budget === 'paper'
      ? []
      : [`the paper's numbers took the paper's epochs; with --budget ${budget} look at the order`]),
    ...(table === 'mnist' && dataset.name !== 'mnist'
      ? [`the paper's numbers are of MNIST; these are of "${dataset.name}", and need not be alike`]
      : []),
  ];
}
