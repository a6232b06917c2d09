import type * as z from 'zod';
import type { Parts } from '../core/part.js';
import { printable } from '../core/printable.js';
import { isRecord } from '../core/snapshot.js';
import type { Catalogue } from './catalogue.js';
import type { Path, Problem } from './problem.js';
import { representSchema, type ParsedDomain, type ParsedLabelled } from './represent-schema.js';
import type { PartChoice } from './scenario.js';
import { parseFile, partChoice, type FileFormat } from './scenario-file.js';
import { readScenarioText, stdinName, stdinPath } from './scenario-text.js';
import { isWithin, named, withProbability, type Expanded } from './shorthand.js';

/** A part with the label that distinguishes it from others of its name. */
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
 * @throws ReverieError as {@link parseFile}, and `bad-scenario` where the file cannot be read
 */
export async function loadRepresent(
  path: string,
  catalogue: Catalogue,
  overrides: readonly string[] = [],
): Promise<RepresentScenario> {
  return parseRepresent(await readScenarioText(path), path === stdinPath ? stdinName : path, catalogue, overrides);
}

/** {@link loadRepresent} without the file: see {@link parseFile}. */
export function parseRepresent(
  text: string,
  file: string,
  catalogue: Catalogue,
  overrides: readonly string[] = [],
): RepresentScenario {
  return parseFile(format, text, file, catalogue, overrides);
}

/** An encoder as the schema takes it. */
interface WrittenEncoder {
  readonly value: unknown;
  /** Where it stands in the file, and its p if that stands next to its options. */
  readonly place: Path;
  readonly p?: Path;
  /** What its label says of that p. */
  readonly suffix: string;
}

interface Written extends Expanded {
  readonly encoders: readonly WrittenEncoder[];
}

const format: FileFormat<z.infer<ReturnType<typeof representSchema>>, Written, RepresentScenario> = {
  schema: representSchema,
  expand,
  build(data, { encoders }) {
    const { validation, ...training } = data.training;
    return {
      name: data.name,
      description: data.description,
      dataset: partChoice(data.dataset),
      samples: { ...data.samples, probe: data.samples.probe ?? data.samples.train },
      groups: data.groups,
      autoencoders: data.autoencoders.map((part) => labelledChoice(part)),
      encoders: data.encoders.map((encoder, i) => ({
        ...labelledChoice(encoder, `${encoders[i]?.suffix ?? ''}${byGroups(encoder.groups)}`),
        ...(encoder.groups === undefined ? {} : { groups: encoder.groups }),
      })),
      probes: data.probes.map((probe) => ({ ...labelledChoice(probe), targets: probe.targets })),
      domains: data.domains,
      training: { ...training, ...(validation === undefined ? {} : { validation }) },
      seeds: data.seeds,
    };
  },
};

function labelledChoice(part: ParsedLabelled, suffix = ''): LabelledChoice {
  return { ...partChoice(part), label: `${part.label ?? part.name}${suffix}` };
}

function byGroups(groups: unknown): string {
  return typeof groups === 'string' ? ` by ${groups}` : '';
}

/** Writes out a bare name for a part, and an encoder with a list of p as one for each p. */
function expand(raw: unknown, { encoders: parts }: Catalogue): Written {
  if (!isRecord(raw)) return { value: raw, place: (path) => path, problems: [], encoders: [] };
  const listOf = (key: string): readonly unknown[] | undefined =>
    Array.isArray(raw[key]) ? raw[key].map((part) => named(part)) : undefined;
  const problems: Problem[] = [];
  const encoders = (listOf('encoders') ?? []).flatMap((encoder, i) => writtenEncoders(encoder, i, parts, problems));
  const lists = {
    autoencoders: listOf('autoencoders'),
    encoders: listOf('encoders') && encoders.map(({ value }) => value),
    probes: listOf('probes')?.map(withTargets),
    domains: listOf('domains'),
  };
  const { groups = {} } = raw;
  return {
    value: {
      ...raw,
      ...('dataset' in raw ? { dataset: named(raw['dataset']) } : {}),
      ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list !== undefined)),
    },
    place(path) {
      const encoder = path[0] === 'encoders' ? encoders[Number(path[1])] : undefined;
      if (encoder === undefined) return path;
      const [within, p] = [path.slice(2), ['options', 'p']];
      return encoder.p !== undefined && isWithin(within, p)
        ? [...encoder.p, ...within.slice(p.length)]
        : [...encoder.place, ...within];
    },
    problems: [
      ...problems,
      ...sameLabels((lists.autoencoders ?? []).map((value, i) => ({ value, place: ['autoencoders', i], suffix: '' }))),
      ...sameLabels(encoders),
      ...sameLabels((lists.probes ?? []).map((value, i) => ({ value, place: ['probes', i], suffix: '' }))),
      ...sameSeeds(raw['seeds']),
      ...(isRecord(groups) ? Object.entries(groups).flatMap(([name, own]) => groupProblems(name, own)) : []),
      ...(isRecord(groups) ? unknownGroups(Object.keys(groups), encoders) : []),
    ],
    encoders,
  };
}

/** One encoder for each p, or one. @param problems gets what is wrong with a p */
function writtenEncoders(raw: unknown, i: number, parts: Parts, problems: Problem[]): readonly WrittenEncoder[] {
  const place = ['encoders', i];
  if (!isRecord(raw) || !('p' in raw)) return [{ value: raw, place, suffix: '' }];
  const { p, ...encoder } = raw;
  const values: readonly unknown[] = Array.isArray(p) ? p : [p];
  const own = [...place, 'p'];
  const { mistake } = values.length === 0 ? noEntry : withProbability(encoder, values[0], parts);
  if (mistake !== undefined) {
    problems.push({ path: own, message: mistake });
    return [{ value: encoder, place, suffix: '' }];
  }
  const seen = new Set<string>();
  return values.flatMap((value, j) => {
    const at = Array.isArray(p) ? [...own, j] : own;
    const text = probabilityText(value);
    if (seen.has(text)) {
      problems.push({ path: at, message: `p=${printable(text)} is listed before; take it out` });
      return [];
    }
    seen.add(text);
    return [{ value: withProbability(encoder, value, parts).encoder, place, p: at, suffix: ` p=${text}` }];
  });
}

const noEntry = { mistake: 'expected at least 1 entry, given an empty list' };

/** A number as it is, and a schedule as `0…0.5` or as JSON without its quotes. */
function probabilityText(p: unknown): string {
  const ramp = isRecord(p) && typeof p['from'] === 'number' && typeof p['to'] === 'number';
  return ramp ? `${p['from'] as number}…${p['to'] as number}` : JSON.stringify(p).replaceAll('"', '');
}

/** Version 0.1 called the targets of a probe `asked`. */
function withTargets(probe: unknown): unknown {
  if (!isRecord(probe) || !('asked' in probe) || 'targets' in probe) return probe;
  const { asked: targets, ...others } = probe;
  return { ...others, targets };
}

function sameLabels(parts: readonly WrittenEncoder[]): readonly Problem[] {
  const labels = parts.map(({ value, suffix }) => {
    const { label, name, groups } = isRecord(value) ? value : {};
    return `${String(label ?? name)}${suffix}${byGroups(groups)}`;
  });
  const seen = new Set<string>();
  return parts.flatMap(({ place }, i) => {
    const text = labels[i] ?? '';
    if (!seen.has(text)) {
      seen.add(text);
      return [];
    }
    const message = 'is listed before under the same name; give it a label of its own, or take it out';
    return [{ path: place, message }];
  });
}

/** A value that is listed twice; whether it is one of the right type is said elsewhere. */
function shown(value: unknown): string {
  return printable(JSON.stringify(value));
}

function sameSeeds(seeds: unknown): readonly Problem[] {
  if (!Array.isArray(seeds)) return [];
  const seen = new Set<unknown>();
  return seeds.flatMap((seed: unknown, i) => {
    if (!seen.has(seed)) {
      seen.add(seed);
      return [];
    }
    return [{ path: ['seeds', i], message: `seed ${shown(seed)} is listed twice; expected each once` }];
  });
}

function groupProblems(name: string, groups: unknown): readonly Problem[] {
  if (name === 'classes') {
    return [{ path: ['groups', name], message: 'the classes themselves go by this name; choose another' }];
  }
  if (!Array.isArray(groups)) return [];
  const seen = new Set<unknown>();
  return groups.flatMap((group: unknown, g) =>
    (Array.isArray(group) ? group : []).flatMap((label: unknown, j) => {
      if (!seen.has(label)) {
        seen.add(label);
        return [];
      }
      const message = `class ${shown(label)} is listed before; expected each class in one group only, take it out`;
      return [{ path: ['groups', name, g, j], message }];
    }),
  );
}

function unknownGroups(names: readonly string[], encoders: readonly WrittenEncoder[]): readonly Problem[] {
  const known = new Set(names);
  const list = names.length === 0 ? 'none are listed under groups' : `known: ${printable(names.join(', '), 500)}`;
  return encoders.flatMap(({ value, place }) => {
    const name = isRecord(value) ? value['groups'] : undefined;
    if (typeof name !== 'string' || known.has(name)) return [];
    return [{ path: [...place, 'groups'], message: `groups "${printable(name)}" are not known; ${list}` }];
  });
}
