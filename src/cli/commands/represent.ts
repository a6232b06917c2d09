import { compose } from '../../di/composition.js';
import { loadRepresent } from '../../scenarios/load-represent.js';
import { resolveScenario } from '../../scenarios/shipped-scenarios.js';
import type { ExitCode } from '../exit-codes.js';
import type { EngineOption } from '../options.js';
import { performEncoderStudy, type EncoderStudyOptions } from '../perform-encoder-study.js';
import { representPlan } from '../represent-plan.js';
import type { CliContext } from '../cli-context.js';

export interface RepresentOptions extends EncoderStudyOptions {
  readonly set: readonly string[];
  readonly engine: EngineOption;
}

/** `reverie represent`: every autoencoder of a file with every encoder, over its seeds. */
export async function representCommand(
  argument: string,
  options: RepresentOptions,
  context: CliContext,
): Promise<ExitCode> {
  const file = await resolveScenario(argument, 'represent');
  const { engine, plugin, dataDir, set } = options;
  await using composition = await compose({ engine, plugins: plugin, dataDir });
  const scenario = await loadRepresent(file, composition.catalogue, set);
  const plan = representPlan(scenario);
  const dataset = await composition.dataset(scenario);
  const title = `${scenario.name}: ${plan.arms.length} arms on data set ${dataset.name}, seeds ${plan.seeds.join(', ')}`;
  const {
    name,
    dataset: { options: datasetOptions },
  } = scenario;
  return await performEncoderStudy(
    { name, title, dataset, datasetOptions, plan, composition, warnings: [] },
    options,
    context,
  );
}
