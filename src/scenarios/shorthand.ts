import { isRecord } from '../core/snapshot.js';
import type { PartDescription } from '../core/part.js';
import type { Catalogue } from './catalogue.js';
import { probabilitySchema } from './encoder-probability.js';
import type { Problem } from './problem.js';
import { streamKeys, streamOptionsIn } from './scenario.js';

/**
 * Writes out what a scenario file may leave short: a bare name for a part, a memory, encoder or sampler without a name,
 * the options of the default stream at the top, and `p` of the memory for the option `p` of its encoder. Whatever it does
 * not understand it leaves to the schema.
 */
export function expandShorthand(raw: unknown, catalogue: Catalogue): unknown {
  if (!isRecord(raw)) return raw;
  const expanded: Record<string, unknown> = { ...raw, memory: expandMemory(raw['memory'], catalogue) };
  for (const key of streamKeys) Reflect.deleteProperty(expanded, key);
  expanded['stream'] =
    'stream' in raw ? named(raw['stream']) : { name: catalogue.defaults.stream, options: streamOptionsIn(raw) };
  if ('dataset' in raw) expanded['dataset'] = named(raw['dataset']);
  if (Array.isArray(raw['learners'])) expanded['learners'] = raw['learners'].map((learner) => named(learner));
  return expanded;
}

/** The place in the file of a problem that was found in what {@link expandShorthand} gave. */
export function shortened(problem: Problem, raw: unknown): Problem {
  const [top, options] = problem.path;
  const short = isRecord(raw) && !('stream' in raw) && top === 'stream' && options === 'options';
  return short ? { ...problem, path: problem.path.slice(2) } : problem;
}

function expandMemory(raw: unknown, { defaults, encoders }: Catalogue): unknown {
  const memory = named(raw, defaults.memory);
  if (!isRecord(memory)) return memory;
  const encoder = named(memory['encoder'], defaults.encoder);
  const p = memory['p'];
  const fits = isRecord(encoder) && isProbability(p, encoders) && takes(encoders, encoder['name'], 'p');
  return {
    ...memory,
    encoder: fits ? withOption(encoder, 'p', p) : encoder,
    sampler: named(memory['sampler'], defaults.sampler),
  };
}

/** Others are left where they stand: the schema tells of them there. */
function isProbability(p: unknown, encoders: Catalogue['encoders']): boolean {
  return p !== undefined && probabilitySchema(encoders)?.safeParse(p).success === true;
}

/** Leaves options alone that are not an object, or that have the key: the checks tell of both. */
function withOption(part: Record<string, unknown>, key: string, value: unknown): unknown {
  const options = part['options'] ?? {};
  return isRecord(options) ? { ...part, options: { [key]: value, ...options } } : part;
}

/** A part as an object: a bare name written out, or a name for what has none. */
export function named(raw: unknown, otherwise?: string): unknown {
  if (typeof raw === 'string') return { name: raw };
  if (otherwise === undefined) return raw;
  if (raw === undefined) return { name: otherwise };
  return isRecord(raw) && !('name' in raw) ? { name: otherwise, ...raw } : raw;
}

/** Whether the part of this name has an option of this key; true where nobody knows the part, another check says so. */
export function takes(parts: Readonly<Record<string, PartDescription>>, name: unknown, key: string): boolean {
  if (typeof name !== 'string' || !Object.hasOwn(parts, name)) return true;
  const issues = parts[name]?.options.safeParse({ [key]: 0.5 }).error?.issues ?? [];
  return !issues.some(
    (issue) => issue.code === 'unrecognized_keys' && issue.path.length === 0 && issue.keys.includes(key),
  );
}
