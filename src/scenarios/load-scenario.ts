import type * as z from 'zod';
import type { TrainingLength } from '../core/experience.js';
import type { Recipe } from '../core/recipe.js';
import { isRecord } from '../core/snapshot.js';
import type { Catalogue } from './catalogue.js';
import { labelled, learnersTwice } from './learner-labels.js';
import { observersTwice } from './observers-twice.js';
import type { Problem } from './problem.js';
import { recipeOptions } from './recipe-options.js';
import { streamKeys, streamOptionsIn, type Scenario } from './scenario.js';
import { parseFile, partChoice, type FileFormat } from './scenario-file.js';
import { readScenarioText, stdinName, stdinPath } from './scenario-text.js';
import { scenarioSchema } from './scenario-schema.js';
import { isWithin, named, withProbability, type Expanded } from './shorthand.js';

/**
 * Reads, overrides and checks a scenario file.
 *
 * @param path of the file; {@link import('./shipped-scenarios.js').resolveScenario} finds it by name
 * @param overrides `a.b.c=value` each, as given with `--set`
 * @throws ReverieError as {@link parseFile}, and `bad-scenario` where the file cannot be read
 */
export async function loadScenario(
  path: string,
  catalogue: Catalogue,
  overrides: readonly string[] = [],
): Promise<Scenario> {
  return parseScenario(await readScenarioText(path), path === stdinPath ? stdinName : path, catalogue, overrides);
}

/** {@link loadScenario} without the file: see {@link parseFile}. */
export function parseScenario(
  text: string,
  file: string,
  catalogue: Catalogue,
  overrides: readonly string[] = [],
): Scenario {
  return parseFile(format, text, file, catalogue, overrides);
}

interface Written extends Expanded {
  /** The key that describes the stream. */
  readonly streamKey: string;
}

const format: FileFormat<z.infer<ReturnType<typeof scenarioSchema>>, Written, Scenario> = {
  schema: scenarioSchema,
  expand,
  build(parsed, { streamKey }, file, place) {
    const { iterations, epochs, batchSize } = parsed.training;
    const budget: TrainingLength = iterations === undefined ? { epochs: epochs ?? 1 } : { iterations };
    return {
      name: parsed.name,
      description: parsed.description,
      dataset: partChoice(parsed.dataset),
      stream: partChoice(parsed.stream),
      plan: { budget, batchSize },
      ...checkpointPolicy(parsed.checkpoint?.every),
      ...(parsed.checkpoint?.keep === 'all' ? { keepsTaskEnds: true } : {}),
      ...(parsed.evaluation.every === 0 ? {} : { evaluateEvery: parsed.evaluation.every }),
      ...(parsed.evaluation.future ? { evaluatesFuture: true } : {}),
      ...(parsed.evaluation.on === 'test' ? {} : { validation: { share: parsed.evaluation.share } }),
      ...(parsed.evaluation.compareBy === 'samples' ? {} : { compareBy: parsed.evaluation.compareBy }),
      seed: parsed.seed,
      ...(parsed.recipe === undefined ? {} : { recipe: parsed.recipe }),
      learners: labelled(parsed.learners.map((learner) => ({ ...partChoice(learner), label: learner.label }))),
      ...(parsed.observers.length === 0 ? {} : { observers: parsed.observers.map(partChoice) }),
      memory: {
        ...partChoice(parsed.memory),
        encoder: partChoice(parsed.memory.encoder),
        sampler: partChoice(parsed.memory.sampler),
      },
      origin: { file, stream: `${place(streamKey)} ${streamKey}` },
    };
  },
};

/**
 * Writes out a bare name for a part, a memory, encoder or sampler without a name, the options of the default stream at the
 * top, and `p` of the memory for the option `p` of its encoder.
 */
function expand(raw: unknown, catalogue: Catalogue): Written {
  if (!isRecord(raw)) return { value: raw, place: (path) => path, problems: [], streamKey: 'stream' };
  const short = !('stream' in raw);
  const options = streamOptionsIn(raw);
  const stream = short ? { name: catalogue.defaults.stream, options } : named(raw['stream']);
  const { memory, mistake } = expandMemory(raw['memory'], catalogue);
  const others = Object.entries(raw).filter(([key]) => !Object.hasOwn(options, key));
  const value = {
    ...Object.fromEntries(others),
    ...('dataset' in raw ? { dataset: named(raw['dataset']) } : {}),
    stream,
    ...listsOfParts(raw, catalogue),
    memory,
  };
  const ownP = isRecord(raw['memory']) && 'p' in raw['memory'];
  return {
    value,
    streamKey: short && Object.keys(options).length > 0 ? streamKeys[0] : 'stream',
    place(path) {
      if (short && isWithin(path, ['stream', 'options'])) return path.slice(2);
      return ownP && isWithin(path, memoryP) ? ['memory', 'p', ...path.slice(memoryP.length)] : path;
    },
    problems: [
      ...trainingLength(raw['training']),
      ...streamTwice(raw, short),
      ...learnersTwice(listOf(value.learners)),
      ...observersTwice(listOf(value.observers)),
      ...(mistake === undefined ? [] : [{ path: ['memory', 'p'], message: mistake }]),
    ],
  };
}

/** What is no list has its own mistake. */
function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The lists of parts, bare names written out. */
function listsOfParts(
  raw: Record<string, unknown>,
  catalogue: Catalogue,
): { readonly learners?: unknown[]; readonly observers?: unknown[] } {
  const written = (['learners', 'observers'] as const).map((key) => [key, raw[key]] as const);
  const recipe = entry(catalogue.recipes, raw['recipe']);
  const writtenOut = (key: string, part: unknown): unknown =>
    key === 'learners' && recipe !== undefined ? withRecipe(part, recipe, catalogue) : part;
  return Object.fromEntries(
    written.flatMap(([key, parts]) =>
      Array.isArray(parts) ? [[key, parts.map((part) => writtenOut(key, named(part)))]] : [],
    ),
  );
}

/** A learner with what a recipe sets of its options among them. */
function withRecipe(learner: unknown, recipe: Recipe, { learners }: Catalogue): unknown {
  if (!isRecord(learner)) return learner;
  const { name, options = {} } = learner;
  const part = entry(learners, name);
  if (part === undefined || !isRecord(options)) return learner;
  return { ...learner, options: { ...recipeOptions(recipe, String(name), part, options), ...options } };
}

function entry<T>(all: Readonly<Record<string, T>>, name: unknown): T | undefined {
  return typeof name === 'string' && Object.hasOwn(all, name) ? all[name] : undefined;
}

const memoryP = ['memory', 'encoder', 'options', 'p'];

function expandMemory(raw: unknown, { defaults, encoders }: Catalogue): { memory: unknown; mistake?: string } {
  const given = named(raw, defaults.memory);
  if (!isRecord(given)) return { memory: given };
  const { p, ...rest } = given;
  const memory = {
    ...rest,
    encoder: named(rest['encoder'], defaults.encoder),
    sampler: named(rest['sampler'], defaults.sampler),
  };
  if (!('p' in given) || !isRecord(memory.encoder)) return { memory };
  const { encoder, ...mistake } = withProbability(memory.encoder, p, encoders);
  return { memory: { ...memory, encoder }, ...mistake };
}

function trainingLength(training: unknown): readonly Problem[] {
  if (!isRecord(training)) return [];
  const given = ['iterations', 'epochs'].filter((key) => key in training);
  if (given.length === 0) return [{ path: ['training'], message: 'needs iterations or epochs; give one of the two' }];
  const message = 'iterations are given as well; expected one of the two, take the other out (--set …=null does)';
  return given.length === 1 ? [] : [{ path: ['training', 'epochs'], message }];
}

function streamTwice(raw: Record<string, unknown>, short: boolean): readonly Problem[] {
  if (!short) {
    const message = 'the stream is described under stream; put this into stream.options, or take one of the two out';
    return Object.keys(streamOptionsIn(raw)).map((key) => ({ path: [key], message }));
  }
  if (!Array.isArray(raw['tasks']) || !('classOrder' in raw)) return [];
  const message = 'goes with a number of tasks only, and here the groups are listed; take it out';
  return [{ path: ['classOrder'], message }];
}

/** `500 iterations` or `10 minutes`, as its schema has it; `experience` asks for nothing more. */
function checkpointPolicy(every: string | undefined): Pick<Scenario, 'checkpointEvery'> {
  const [, count, unit] = /^(\d+) (iteration|minute)/.exec(every ?? '') ?? [];
  if (count === undefined) return {};
  return { checkpointEvery: unit === 'minute' ? { minutes: Number(count) } : { iterations: Number(count) } };
}
