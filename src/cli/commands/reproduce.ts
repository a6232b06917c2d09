import { ReverieError } from '../../core/errors.js';
import type { Trial } from '../../core/trial.js';
import { compose, type Composition, type CompositionOptions } from '../../di/composition.js';
import { ownVersion } from '../../di/own-version.js';
import { directoryName, openNumberedDirectory } from '../../experiment/numbered-directory.js';
import { formatSeconds, type Page } from '../../report/page.js';
import { rowTrials } from '../../studies/sampling/row-trial.js';
import type { SamplingStudy } from '../../studies/sampling/sampling-result.js';
import { rowsWithTrials, samplingStudy, type SamplingChoices } from '../../studies/sampling/sampling-study.js';
import { samplingCurves, samplingTable } from '../../studies/sampling/sampling-tables.js';
import { studyPlan, rowsOf, type Preset } from '../../studies/sampling/study-plan.js';
import { tableOne, type TableName } from '../../studies/sampling/table-one.js';
import type { StudyServices } from '../../studies/study-services.js';
import type { CliContext } from '../cli-context.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import type { EngineOption } from '../options.js';
import { performTrials, writeStudy } from '../perform-trials.js';
import { studyRunner, studyServices } from '../study-services.js';
import { studySettings } from '../study-settings.js';

export interface ReproduceOptions {
  readonly budget: Preset;
  readonly table: TableName;
  readonly dataset: string;
  readonly dataDir?: string;
  readonly seed: number;
  readonly row: readonly string[];
  readonly set: readonly string[];
  readonly plugin: readonly string[];
  readonly engine: EngineOption;
  readonly validate: boolean;
  readonly out: string;
  readonly resume: boolean;
  readonly workers: number;
  readonly json: boolean;
  readonly quiet: boolean;
}

const reports = { 'sampling-table': samplingTable, 'sampling-curves': samplingCurves } as const satisfies Record<
  string,
  (study: SamplingStudy, page: Page) => string
>;

export type StudyReport = keyof typeof reports;

const stages = {
  teacher: 'ground truth classifier',
  memory: 'autoencoder',
  student: 'classifier under training',
} as const;

/**
 * `reverie reproduce`: makes the rows of Table I, or goes on with those that are not finished, and prints them as the table
 * or as figures 3–5. Bad input is found before anything is written.
 */
export async function reproduceCommand(
  report: StudyReport,
  options: ReproduceOptions,
  context: CliContext,
): Promise<ExitCode> {
  await using composition = await compose(composed(options));
  const { choices, services } = await chosen(options, composition, context);
  const kind = rowTrials(services);
  const rows = rowsWithTrials(kind, choices);
  const { table, dataset, budget, seed, validate } = choices;
  const data = [table, ...(dataset.name === table ? [] : [dataset.name]), budget, ...(validate ? ['validation'] : [])];
  const name = directoryName(`sampling-${data.join('-')}-${seed}`);
  const { path } = await openNumberedDirectory(options.out, name, options.resume);
  const rowOf = ({ variant }: Trial) => rows.find(({ row }) => row.name === variant)?.row;
  const results = await performTrials(
    {
      headline: headline(choices),
      path,
      kind,
      trials: rows.map(({ trial }) => trial),
      work: rows.map(({ work }) => work),
      runner: studyRunner(options.workers, { ...composed(options), engine: choices.engine.name }),
      resultText: (trial, { accuracy, seconds }) => {
        const { title = trial.variant, paper } = rowOf(trial) ?? {};
        return `${title}: accuracy ${accuracy.toFixed(4)}, paper ${paper?.toFixed(3) ?? '–'}, ${formatSeconds(seconds)}`;
      },
      eventText: ({ variant }, { stage, epoch, epochs, loss }) =>
        `${variant}: ${stages[stage]}, epoch ${epoch}/${epochs}, loss ${loss.toPrecision(3)}`,
    },
    options,
    context,
  );
  if (results === undefined) return exitCodes.interrupted;
  const study = samplingStudy(choices, { reverie: ownVersion(), node: process.versions.node }, results);
  await writeStudy(path, study);
  const { out, err } = context;
  const gap = options.quiet ? '' : '\n';
  out.write(
    options.json ? `${JSON.stringify(study)}\n` : `${gap}${reports[report](study, out)}\n\nresults:\n  ${path}\n`,
  );
  for (const warning of warnings(choices)) err.write(`warning: ${warning}\n`);
  return exitCodes.success;
}

function composed({ engine, plugin: plugins, dataDir }: ReproduceOptions): CompositionOptions {
  return { engine, plugins, dataDir };
}

async function chosen(
  options: ReproduceOptions,
  composition: Composition,
  { clock }: Pick<CliContext, 'clock'>,
): Promise<{ readonly choices: SamplingChoices; readonly services: StudyServices }> {
  const { budget, table, seed, validate, row: only } = options;
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
  rowsOf(tableOne[table], plan, only);
  const dataset = await composition.datasetNamed(options.dataset, settings.dataset);
  const { engine } = await composition.engine();
  const choices = { table, dataset, datasetOptions: settings.dataset, budget, plan, seed, engine, validate, only };
  return { choices, services: studyServices(composition, clock) };
}

function headline({ table, dataset, budget, seed, engine, validate }: SamplingChoices): string {
  const where = validate ? ', measured on held-out training samples' : '';
  return `Table I, ${tableOne[table].data} rows, on data set ${dataset.name}${where}, budget ${budget}, seed ${seed}, engine ${engine.name}`;
}

function warnings({ table, dataset, budget }: SamplingChoices): readonly string[] {
  return [
    ...(budget === 'paper'
      ? []
      : [`the paper's numbers took the paper's epochs; with --budget ${budget} look at the order`]),
    ...(table === 'mnist' && dataset.name !== 'mnist'
      ? [`the paper's numbers are of MNIST; these are of "${dataset.name}", and need not be alike`]
      : []),
  ];
}
