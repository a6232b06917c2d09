import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ReverieError } from '../core/errors.js';
import { printable } from '../core/printable.js';

/** The names that MNIST was published under and that its successors took over. */
export const idxFiles = {
  trainImages: 'train-images-idx3-ubyte',
  trainLabels: 'train-labels-idx1-ubyte',
  testImages: 't10k-images-idx3-ubyte',
  testLabels: 't10k-labels-idx1-ubyte',
} as const;

export type IdxKey = keyof typeof idxFiles;

/** Where the four files are. */
export interface IdxPaths {
  readonly paths: Readonly<Record<IdxKey, string>>;
  /** Whether images lie column by column, as those of EMNIST do. */
  readonly transposed: boolean;
}

const keys = Object.keys(idxFiles) as readonly IdxKey[];

/**
 * Finds the four files in a folder: under the names of {@link idxFiles}, with a dot before `idx` (as they are unpacked
 * from some mirrors), in folders of their own names (as Kaggle packs them), or under EMNIST's names
 * (`emnist-letters-train-images-idx3-ubyte`); each as it is or with `.gz`.
 *
 * @param prefix which of several of EMNIST's data sets, e.g. `emnist-letters`
 * @throws ReverieError `bad-data` where one lacks, or there are several of EMNIST's data sets and no prefix
 */
export async function findIdxFiles(dir: string, prefix?: string): Promise<IdxPaths> {
  const plain = prefix === undefined ? await allOf(keys.map((key) => candidates(dir, idxFiles[key]))) : undefined;
  if (plain !== undefined) return { paths: plain, transposed: false };
  const names = await readdir(dir).catch(() => []);
  const prefixes = new Set(
    names.flatMap((name) => /^(emnist-\w+)-train-images-idx3-ubyte(\.gz)?$/.exec(name)?.[1] ?? []),
  );
  if (prefix === undefined && prefixes.size > 1) {
    throw new ReverieError(
      'bad-data',
      `${dir} has several data sets: ${printable([...prefixes].sort().join(', '), 300)}; choose one with the option prefix of ` +
        '`dataset: idx`',
    );
  }
  const [first = ''] = prefixes;
  const own = prefix ?? first;
  const emnist = own === '' ? undefined : await allOf(keys.map((key) => candidates(dir, `${own}-${emnistName(key)}`)));
  if (emnist !== undefined) return { paths: emnist, transposed: own.startsWith('emnist-') };
  throw await lacks(dir, own);
}

function emnistName(key: IdxKey): string {
  return idxFiles[key].replace('t10k', 'test');
}

/** Paths that a file of this name may have. */
function candidates(dir: string, name: string): readonly string[] {
  return [name, name.replace(/-(idx\d)/, '.$1')].flatMap((own) => [
    ...[join(dir, own), join(dir, `${own}.gz`)],
    ...[join(dir, own, own), join(dir, name, own)],
  ]);
}

/** For each list the first that is there and no folder; undefined where one has none. */
async function allOf(lists: readonly (readonly string[])[]): Promise<IdxPaths['paths'] | undefined> {
  const found: [IdxKey, string][] = [];
  for (const [i, key] of keys.entries()) {
    const path = await firstThere(lists[i] ?? []);
    if (path === undefined) return undefined;
    found.push([key, path]);
  }
  return Object.fromEntries(found) as Record<IdxKey, string>;
}

async function firstThere(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && !found.isDirectory()) return path;
  }
  return undefined;
}

async function lacks(dir: string, prefix: string): Promise<ReverieError> {
  const wanted = keys.map((key) => (prefix === '' ? idxFiles[key] : `${prefix}-${emnistName(key)}`));
  for (const name of wanted) {
    if ((await firstThere(candidates(dir, name))) !== undefined) continue;
    return new ReverieError(
      'bad-data',
      `${dir} has no readable file ${name} or ${name}.gz; expected the four files ${wanted.join(', ')}, each as it is or ` +
        'gzipped, with a dot before idx or in a folder of its name; choose the folder that has them with --data-dir',
    );
  }
  return new ReverieError('bad-data', `${dir} cannot be read; choose another folder with --data-dir`);
}
