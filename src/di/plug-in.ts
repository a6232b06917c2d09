import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { messageOf, ReverieError } from '../core/errors.js';
import { definePart } from '../core/part.js';
import { isRecord } from '../core/snapshot.js';
import { closest } from '../core/suggestion.js';
import { isMissing, withGiven } from '../files/given-file.js';
import { partKinds, type ContextOf, type MadeOf, type PartKind, type PartOf, type PartSet } from './kinds.js';

/** A part as a plug-in may write it; {@link definePart} ties the type of its options to their schema. */
export interface PlugInPart<Context, Made> {
  /** One sentence for `reverie list`. */
  readonly summary: string;
  /** A zod schema of the options; none are taken where it is left out. */
  readonly options?: z.ZodType;
  // The options are as the part's own schema gives them, which only the part can know.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  create(options: any, context: Context): Made | Promise<Made>;
}

/** Parts by kind and name: what a plug-in file exports as `reverie`, and what `compose` takes. */
export type PlugIn = {
  readonly [K in PartKind]?: Readonly<Record<string, PartOf<K> | PlugInPart<ContextOf<K>, MadeOf<K>>>>;
};

/** Gives a plug-in its types: `export const reverie = plugIn({ learners: { … } })`. */
export function plugIn(parts: PlugIn): PlugIn {
  return parts;
}

/**
 * Loads a plug-in: a JavaScript or TypeScript module that exports `reverie`. It is code and runs with all rights of the
 * process; it is loaded only because the user named it.
 *
 * @param where for messages; the option of the command line unless given
 * @throws bad-plugin where it is missing, does not load, or does not export parts
 */
export async function loadPlugIn(path: string, where = `--plugin ${path}`): Promise<PartSet> {
  const file = resolve(path);
  await checkFile(file, where);
  const module = await importModule(file).catch((cause: unknown) => {
    throw new ReverieError('bad-plugin', `${where} does not load: ${messageOf(cause)}`, { cause });
  });
  const exported = isRecord(module) ? module['reverie'] : undefined;
  if (isRecord(exported)) return partsOf(exported, where);
  const names = isRecord(module) ? Object.keys(module).join(', ') : '';
  throw new ReverieError(
    'bad-plugin',
    `${where} exports no "reverie" (it exports: ${names || 'nothing'}); expected: export const reverie = { learners: { name: { summary, create } } }`,
  );
}

/** Node would wait for ever at a pipe. */
async function checkFile(file: string, where: string): Promise<void> {
  const what = 'a module, .js or .ts, that exports "reverie"';
  const expected = { what, remedy: 'name its file', code: 'bad-plugin' } as const;
  await withGiven(file, expected, () => Promise.resolve()).catch((error: unknown) => {
    const problem = isMissing(error) ? 'there is no such file' : messageOf(error);
    throw new ReverieError('bad-plugin', `${where}: ${problem}`, { cause: error });
  });
}

async function importModule(file: string): Promise<unknown> {
  if (!/\.[cm]?ts$/.test(file)) return import(pathToFileURL(file).href);
  // Node 20 reads no TypeScript; tsx costs 100 ms to load, so only a TypeScript plug-in pays for it.
  const { tsImport } = await import('tsx/esm/api');
  return tsImport(pathToFileURL(file).href, import.meta.url);
}

/**
 * The parts of a plug-in, checked as no compiler has seen one in JavaScript.
 *
 * @throws bad-plugin for a kind that does not exist, and for what is no part
 */
export function partsOf(plugin: object, where: string): PartSet {
  const parts: Record<string, Record<string, unknown>> = {};
  for (const [kind, named] of Object.entries(plugin)) {
    if (!partKinds.some((known) => known === kind)) {
      const meant = closest(kind, partKinds);
      const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
      throw new ReverieError(
        'bad-plugin',
        `${where}: "${kind}" is no kind of part; known: ${partKinds.join(', ')}${hint}`,
      );
    }
    if (!isRecord(named))
      throw new ReverieError('bad-plugin', `${where}: "${kind}" must be an object of parts by name`);
    parts[kind] = Object.fromEntries(
      Object.entries(named).map(([name, part]) => [name, checkedPart(part, `${where}: ${kind}.${name}`)]),
    );
  }
  return parts;
}

function checkedPart(part: unknown, where: string): unknown {
  const described = isRecord(part) && typeof part['summary'] === 'string';
  const made = described ? (part['make'] ?? part['create']) : undefined;
  if (!described || typeof made !== 'function') {
    throw new ReverieError(
      'bad-plugin',
      `${where} must have a "summary" (a sentence) and a function "create(options, context)"`,
    );
  }
  const options = part['options'] ?? z.strictObject({});
  if (!(options instanceof z.ZodType)) {
    throw new ReverieError('bad-plugin', `${where}: "options" must be a zod schema, made with zod 4`);
  }
  if ('make' in part) return part;
  const create = made as PlugInPart<unknown, unknown>['create'];
  return definePart({
    summary: String(part['summary']),
    options,
    create: (given, context: unknown) => create.call(part, given, context),
  });
}
