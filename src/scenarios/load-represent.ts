import { isRecord } from '../core/snapshot.js';
import type { Catalogue } from './catalogue.js';
import { probabilitiesOf } from './encoder-probabilities.js';
import { issueProblems } from './issue-problems.js';
import { applyOverride } from './overrides.js';
import { partChoice } from './part-choice.js';
import type { Problem } from './problem.js';
import { readScenarioText } from './read-scenario-text.js';
import { representSchema, type ParsedDomain, type ParsedLabelled } from './represent-schema.js';
import { representChecks } from './represent-checks.js';
import type { PartChoice } from './scenario.js';
import { parseSource, problemsError, valueOf } from './scenario-source.js';
import { named } from './shorthand.js';

/** A part that is told from others of its name by its label. */
export interface LabelledChoice extends PartChoice {
  readonly label: string;
}

/** What an encoder study compares, and how; every default is filled in. */
export interface RepresentScenario {
  /** Fit to be part of a file name. */
  readonly name: string;
  readonly description: string;
  readonly dataset: PartChoice;
  readonly samples: { readonly train: number; readonly probe: number; readonly test: number };
  readonly groups: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly autoencoders: readonly LabelledChoice[];
  /** One for each p. */
  readonly encoders: readonly (LabelledChoice & { readonly groups?: string })[];
  readonly probes: readonly (LabelledChoice & { readonly targets: 'all' | 'classes' })[];
  readonly domains: readonly ParsedDomain[];
  readonly training: {
    readonly epochs: number;
    readonly batchSize: number;
    readonly validation?: { readonly fraction: number; readonly patience: number };
  };
  readonly seeds: readonly number[];
}

/**
 * Reads, overrides and checks a file for `reverie represent`.
 *
 * @param overrides `a.b.c=value` each, as given with `--set`
 * @throws ReverieError `bad-scenario` with all that is wrong, one a line, each with its place; `unknown-name` where it is
 *   nothing but one name; `bad-usage` for an override that is not `path=value`
 */
export async function loadRepresent(
  path: string,
  catalogue: Catalogue,
  overrides: readonly string[] = [],
): Promise<RepresentScenario> {
  return parseRepresent(await readScenarioText(path), path, catalogue, overrides);
}

/**
 * {@link loadRepresent} without the file: the same text, catalogue and overrides give the same scenario.
 *
 * @param file name for messages
 */
export function parseRepresent(
  text: string,
  file: string,
  catalogue: Catalogue,
  overrides: readonly string[] = [],
): RepresentScenario {
  const source = parseSource(text, file);
  for (const override of overrides) applyOverride(source, override);
  const expanded = expand(valueOf(source));
  const schema = representSchema(catalogue, 'long');
  const { data, error } = schema.safeParse(expanded);
  const problems: Problem[] = [
    ...issueProblems(error?.issues ?? [], schema, expanded, { ...catalogue.nouns, domains: 'domain' }),
    ...representChecks(expanded),
  ];
  const encoders = probabilitiesOf(isRecord(expanded) ? expanded['encoders'] : undefined, catalogue.encoders, problems);
  if (data === undefined || problems.length > 0) throw problemsError(source, problems);
  const { validation, ...training } = data.training;
  return {
    name: data.name,
    description: data.description,
    dataset: partChoice(data.dataset),
    samples: { ...data.samples, probe: data.samples.probe ?? data.samples.train },
    groups: data.groups,
    autoencoders: data.autoencoders.map(labelledChoice),
    encoders: data.encoders.flatMap((encoder, i) =>
      (encoders[i] ?? []).map(({ options, suffix }) => ({
        ...labelledChoice({ ...encoder, options: options ?? encoder.options }),
        label: `${encoder.label ?? encoder.name}${suffix}${encoder.groups === undefined ? '' : ` by ${encoder.groups}`}`,
        ...(encoder.groups === undefined ? {} : { groups: encoder.groups }),
      })),
    ),
    probes: data.probes.map((probe) => ({ ...labelledChoice(probe), targets: probe.targets })),
    domains: data.domains,
    training: { ...training, ...(validation === undefined ? {} : { validation }) },
    seeds: data.seeds,
  };
}

function labelledChoice(part: ParsedLabelled): LabelledChoice {
  return { ...partChoice(part), label: part.label ?? part.name };
}

/** Bare names of parts written out; whatever it does not understand it leaves to the schema. */
function expand(raw: unknown): unknown {
  if (!isRecord(raw)) return raw;
  const lists = ['autoencoders', 'encoders', 'probes', 'domains'];
  return Object.fromEntries(
    Object.entries(raw).map(([key, value]) => {
      if (key === 'dataset') return [key, named(value)];
      if (!lists.includes(key) || !Array.isArray(value)) return [key, value];
      const parts = value.map((part) => named(part));
      return [key, key === 'probes' ? parts.map(withTargets) : parts];
    }),
  );
}

/** Version 0.1 called the targets of a probe `asked`. */
function withTargets(probe: unknown): unknown {
  if (!isRecord(probe) || !('asked' in probe) || 'targets' in probe) return probe;
  const { asked: targets, ...others } = probe;
  return { ...others, targets };
}
