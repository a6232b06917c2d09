import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { messageOf, ReverieError } from '../core/errors.js';
import { definePart } from '../core/part.js';
import { closest } from '../core/suggestion.js';
import type { PartSet } from './part-registry.js';
import { partKinds, type PartKind, type PartKinds } from './tokens.js';

/** A part as a plug-in writes it: `options` may be left out where there are none. */
export interface PlugInPart<Context, Made> {
  /** One sentence for `reverie list`. */
  readonly summary: string;
  /** A zod schema of the options; none are taken where it is left out. */
  readonly options?: z.ZodType;
  // The options are as the part's own schema gives them, which only the part can know.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  create(options: any, context: Context): Made | Promise<Made>;
}

type MadeOf<P> = P extends { make(options: unknown, context: infer Context): Promise<infer Made> | infer Made }
  ? PlugInPart<Context, Made>
  : never;

/** What a plug-in file exports as `reverie`: its parts by kind and name. */
export type PlugIn = { readonly [Kind in PartKind]?: Readonly<Record<string, MadeOf<PartKinds[Kind]>>> };

/** Gives a plug-in its types: `export const reverie = plugIn({ learners: { … } })`. */
export function plugIn(parts: PlugIn): PlugIn {
  return parts;
}

/**
 * Loads a plug-in: a JavaScript or TypeScript module that exports `reverie`. It is code and runs with all rights of the
 * process; it is loaded only because the user named it.
 *
 * @throws bad-plugin where it is missing, does not load, or does not export parts
 */
export async function loadPlugIn(path: string): Promise<PartSet> {
  const file = resolve(path);
  if (!existsSync(file)) throw new ReverieError('bad-plugin', `--plugin ${path}: there is no such file`);
  const module = await importModule(file).catch((cause: unknown) => {
    throw new ReverieError('bad-plugin', `--plugin ${path} does not load: ${messageOf(cause)}`, { cause });
  });
  return partsOf(module, path);
}

async function importModule(file: string): Promise<unknown> {
  if (!/\.[cm]?ts$/.test(file)) return import(pathToFileURL(file).href);
  // Node 20 reads no TypeScript; tsx costs 100 ms to load, so only a TypeScript plug-in pays for it.
  const { tsImport } = await import('tsx/esm/api');
  return tsImport(pathToFileURL(file).href, import.meta.url);
}

function partsOf(module: unknown, path: string): PartSet {
  const exported = isRecord(module) ? module['reverie'] : undefined;
  if (!isRecord(exported)) {
    const names = isRecord(module) ? Object.keys(module).join(', ') : '';
    throw new ReverieError(
      'bad-plugin',
      `--plugin ${path} exports no "reverie" (it exports: ${names || 'nothing'}); expected: export const reverie = { learners: { name: { summary, create } } }`,
    );
  }
  const parts: Record<string, Record<string, unknown>> = {};
  for (const [kind, named] of Object.entries(exported)) {
    if (!isPartKind(kind)) {
      const meant = closest(kind, partKinds);
      const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
      throw new ReverieError(
        'bad-plugin',
        `--plugin ${path}: "${kind}" is no kind of part; known: ${partKinds.join(', ')}${hint}`,
      );
    }
    if (!isRecord(named))
      throw new ReverieError('bad-plugin', `--plugin ${path}: "${kind}" must be an object of parts by name`);
    parts[kind] = Object.fromEntries(
      Object.entries(named).map(([name, part]) => [name, checkedPart(part, `${path}: ${kind}.${name}`)]),
    );
  }
  return parts;
}

function checkedPart(part: unknown, where: string): unknown {
  if (!isRecord(part) || typeof part['summary'] !== 'string' || typeof part['create'] !== 'function') {
    throw new ReverieError(
      'bad-plugin',
      `--plugin ${where} must have a "summary" (a sentence) and a function "create(options, context)"`,
    );
  }
  const options = part['options'] ?? z.strictObject({});
  if (!(options instanceof z.ZodType)) {
    throw new ReverieError('bad-plugin', `--plugin ${where}: "options" must be a zod schema, made with zod 4`);
  }
  const create = part['create'] as PlugInPart<unknown, unknown>['create'];
  return definePart({
    summary: part['summary'],
    options,
    create: (given, context: unknown) => create.call(part, given, context),
  });
}

function isPartKind(kind: string): kind is PartKind {
  return partKinds.some((known) => known === kind);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
