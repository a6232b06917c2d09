import { compose } from '../../di/composition.js';
import { loadRepresent } from '../../scenarios/load-represent.js';
import { loadScenario } from '../../scenarios/load-scenario.js';
import { resolveScenario } from '../../scenarios/shipped-scenarios.js';
import { checkSetup } from '../../studies/encoders/encoder-study.js';
import { representPlan } from '../represent-plan.js';
import type { CliContext } from '../cli-context.js';

export interface ValidateOptions {
  readonly dataDir?: string;
  /** The file is of an encoder study. */
  readonly represent: boolean;
  readonly set: readonly string[];
  readonly plugin: readonly string[];
}

/**
 * `reverie validate`: everything that `run`, or `represent`, would refuse, but for what only the engine can know of a run. Data are
 * read, because whether a split is possible depends on them.
 */
export async function validateCommand(
  argument: string,
  options: ValidateOptions,
  around: Pick<CliContext, 'out' | 'err'>,
): Promise<void> {
  return options.represent ? validateStudy(argument, options, around) : validateRun(argument, options, around);
}

async function validateRun(
  argument: string,
  { dataDir, set, plugin }: ValidateOptions,
  { out }: Pick<CliContext, 'out'>,
): Promise<void> {
  const file = await resolveScenario(argument);
  await using composition = await compose({ engine: 'auto', plugins: plugin, dataDir });
  const scenario = await loadScenario(file, composition.catalogue, set);
  const { length } = await composition.stream(scenario, await composition.dataset(scenario), scenario.seed);
  const learners = scenario.learners.map(({ name }) => name).join(', ');
  out.write(`${file} is a valid scenario: ${scenario.name}, ${length ?? 'no end of'} tasks, learners ${learners}\n`);
}

async function validateStudy(
  argument: string,
  { dataDir, set, plugin }: ValidateOptions,
  { out, err }: Pick<CliContext, 'out' | 'err'>,
): Promise<void> {
  const file = await resolveScenario(argument, 'represent');
  await using composition = await compose({ engine: 'auto', plugins: plugin, dataDir });
  const scenario = await loadRepresent(file, composition.catalogue, set);
  const plan = representPlan(scenario);
  const [parts, dataset] = [await composition.studyParts(), await composition.dataset(scenario)];
  for (const { message } of await checkSetup({ plan, parts, dataset, validate: false })) {
    err.write(`warning: ${message}\n`);
  }
  const probes = plan.probes.map(({ name }) => name).join(', ');
  out.write(`${file} is a valid encoder study: ${scenario.name}, ${plan.arms.length} arms, probes ${probes}\n`);
}
