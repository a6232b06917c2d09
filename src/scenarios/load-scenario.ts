import type * as z from 'zod';
import type { TrainingLength } from '../core/experience.js';
import { isRecord } from '../core/snapshot.js';
import type { Catalogue } from './catalogue.js';
import { crossChecks } from './cross-checks.js';
import { issueProblems } from './issue-problems.js';
import { applyOverride } from './overrides.js';
import { partChoice } from './part-choice.js';
import { readScenarioText } from './read-scenario-text.js';
import { streamKeys, type Scenario } from './scenario.js';
import { scenarioSchema } from './scenario-schema.js';
import { parseSource, placeOf, problemsError, valueOf } from './scenario-source.js';
import { expandShorthand, shortened } from './shorthand.js';

/**
 * Reads, overrides and checks a scenario file.
 *
 * @param path of the file; {@link import('./shipped-scenarios.js').resolveScenario} finds it by name
 * @param overrides `a.b.c=value` each, as given with `--set`
 * @throws ReverieError `bad-scenario` with all that is wrong, one a line, each with its place; `unknown-name` where it
 *   is nothing but one name; `bad-usage` for an override that is not `path=value`
 */
export async function loadScenario(
  path: string,
  catalogue: Catalogue,
  overrides: readonly string[] = [],
): Promise<Scenario> {
  return parseScenario(await readScenarioText(path), path, catalogue, overrides);
}

/**
 * {@link loadScenario} without the file: the same text, catalogue and overrides give the same scenario.
 *
 * @param file name for messages
 */
export function parseScenario(
  text: string,
  file: string,
  catalogue: Catalogue,
  overrides: readonly string[] = [],
): Scenario {
  const source = parseSource(text, file);
  for (const override of overrides) applyOverride(source, override);
  const given = valueOf(source);
  const expanded = expandShorthand(given, catalogue);
  const schema = scenarioSchema(catalogue, 'long');
  const parsed = schema.safeParse(expanded);
  const problems = [
    ...issueProblems(parsed.error?.issues ?? [], schema, expanded, catalogue.nouns).map((problem) =>
      shortened(problem, given),
    ),
    ...crossChecks(given, expanded, catalogue),
  ];
  if (parsed.data === undefined || problems.length > 0) throw problemsError(source, problems);
  const key = isRecord(given) && streamKeys.some((short) => short in given) ? streamKeys[0] : 'stream';
  return scenarioFrom(parsed.data, { file, stream: `${placeOf(source, { path: [key] })} ${key}` });
}

function scenarioFrom(
  parsed: z.infer<ReturnType<typeof scenarioSchema>>,
  origin: NonNullable<Scenario['origin']>,
): Scenario {
  const { iterations, epochs, batchSize } = parsed.training;
  const budget: TrainingLength = iterations === undefined ? { epochs: epochs ?? 1 } : { iterations };
  return {
    name: parsed.name,
    description: parsed.description,
    dataset: partChoice(parsed.dataset),
    stream: partChoice(parsed.stream),
    plan: { budget, batchSize },
    ...(parsed.evaluation.every === 0 ? {} : { evaluateEvery: parsed.evaluation.every }),
    seed: parsed.seed,
    learners: parsed.learners.map(partChoice),
    memory: {
      ...partChoice(parsed.memory),
      encoder: partChoice(parsed.memory.encoder),
      sampler: partChoice(parsed.memory.sampler),
    },
    origin,
  };
}
