import { ReverieError } from '../../core/errors.js';
import type { Parts } from '../../core/part.js';
import { unknownName } from '../../core/suggestion.js';
import { compose } from '../../di/composition.js';
import { toJson } from '../../core/canonical-json.js';
import type { Catalogue } from '../../scenarios/catalogue.js';
import { issueProblems } from '../../scenarios/issue-problems.js';
import { problemText } from '../../scenarios/problem.js';
import type { ChosenPart, EncoderPlan } from '../../studies/encoders/encoder-plan.js';
import { paperFigures, paperPlan, type PaperPreset, type PaperTable } from '../../studies/encoders/paper-plan.js';
import type { ExitCode } from '../exit-codes.js';
import type { EngineOption } from '../options.js';
import { performEncoderStudy, type EncoderStudyOptions } from '../perform-encoder-study.js';
import { studySettings } from '../study-settings.js';
import type { CliContext } from '../cli-context.js';

export interface ReproduceEncodersOptions extends EncoderStudyOptions {
  readonly budget: PaperPreset;
  readonly table: PaperTable;
  readonly seed: number;
  readonly arm: readonly string[];
  readonly set: readonly string[];
  readonly engine: EngineOption;
}

/** `reverie reproduce encoders`: the paper's experiments with ICRST and TRST, ours next to the paper's. */
export async function reproduceEncodersCommand(
  options: ReproduceEncodersOptions,
  context: CliContext,
): Promise<ExitCode> {
  const { budget, table, seed, arm, set, engine, plugin, dataDir } = options;
  const settings = studySettings(set);
  await using composition = await compose({ engine, plugins: plugin, dataDir });
  const plan = filled(paperPlan(table, budget, seed, settings.study, arm), composition.catalogue);
  const dataset = await composition.datasetNamed(table, settings.dataset);
  const name = `encoders-${table}-${budget}-${seed}`;
  const { data } = paperFigures[table];
  const title = `Codes of ${data} under ICRST and TRST, budget ${budget}, seeds ${plan.seeds.join(', ')}`;
  const warnings =
    budget === 'paper' ? [] : [`the paper's figures took all samples; with --budget ${budget} look at the differences`];
  return await performEncoderStudy(
    { name, title, dataset, datasetOptions: settings.dataset, plan, composition, warnings },
    options,
    context,
  );
}

/** The plan with the defaults of all parts written out, so that its result says all that was chosen. */
function filled(plan: EncoderPlan, { autoencoders, encoders, probes }: Catalogue): EncoderPlan {
  return {
    ...plan,
    arms: plan.arms.map((arm) => ({
      ...arm,
      autoencoder: withDefaults(arm.autoencoder, autoencoders, 'autoencoder'),
      encoder: withDefaults(arm.encoder, encoders, 'encoder'),
    })),
    probes: plan.probes.map((probe) => ({ ...probe, ...withDefaults(probe, probes, 'probe') })),
  };
}

function withDefaults(choice: ChosenPart, parts: Parts, kind: string): ChosenPart {
  const part = Object.hasOwn(parts, choice.name) ? parts[choice.name] : undefined;
  if (part === undefined) throw unknownName(kind, choice.name, Object.keys(parts));
  const { data, error } = part.options.safeParse(choice.options);
  const options = toJson(data);
  if (options !== undefined) return { ...choice, options };
  const [problem] = issueProblems(error?.issues ?? [], part.options, choice.options);
  const what = problem === undefined ? 'JSON cannot hold its options' : problemText(problem);
  throw new ReverieError('bad-usage', `${kind} "${choice.name}": ${what}; change it with --set`);
}
