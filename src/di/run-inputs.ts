import { basename, resolve } from 'node:path';
import type { Dataset } from '../core/dataset.js';
import { isRecord, type Json } from '../core/snapshot.js';
import { sha256Of } from '../files/digest.js';
import { dataDigest } from './data-digest.js';
import { partKinds, type PartSet } from './kinds.js';

/** A plug-in that was loaded from a file. */
export interface PlugInFile {
  readonly name: string;
  /** SHA-256 of the file; of what it imports nothing is known. */
  readonly digest: string;
  /** Names of the parts that it brings. */
  readonly parts: ReadonlySet<string>;
}

/** The file of a plug-in that brought these parts. */
export async function plugInFile(path: string, parts: PartSet): Promise<PlugInFile> {
  const names = partKinds.flatMap((kind) => Object.keys(parts[kind] ?? {}));
  const digest = await sha256Of(resolve(path), new AbortController().signal);
  return { name: basename(path), digest, parts: new Set(names) };
}

/**
 * What a run reads in addition to its scenario, each by the SHA-256 of its content: the data set, and the files of those plug-ins that
 * bring a part the scenario names.
 *
 * @param configuration of the run
 */
export function runInputs(
  dataset: Dataset,
  plugIns: readonly PlugInFile[],
  configuration: Json,
): Readonly<Record<string, string>> {
  const named = new Set(namesIn(configuration));
  const used = plugIns.filter(({ parts }) => [...parts].some((name) => named.has(name)));
  return Object.fromEntries([
    [`data set ${dataset.name}`, dataDigest(dataset)],
    ...used.map(({ name, digest }) => [`plug-in ${name}`, digest] as const),
  ]);
}

function namesIn(json: Json): readonly string[] {
  if (Array.isArray(json)) return (json as readonly Json[]).flatMap(namesIn);
  if (!isRecord(json)) return [];
  const own = typeof json['name'] === 'string' ? [json['name']] : [];
  return [...own, ...Object.values(json).flatMap(namesIn)];
}
