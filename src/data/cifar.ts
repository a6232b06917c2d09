import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Dataset, Samples } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import { byteScale } from '../core/sample-scale.js';
import { isFile } from '../files/file-system.js';
import { readGiven } from '../files/given-file.js';
import { gunzipLimited } from '../files/gunzip-limited.js';
import { classesOf } from '../core/array-samples.js';
import { pickledRecords } from './cifar-pickles.js';
import { cifarSamples } from './cifar-records.js';
import { loadOnce } from './load-once.js';
import { datasetFolder, published, type PublishedName } from './published.js';
import { tarFiles } from '../files/tar.js';

/** A version of a CIFAR data set: an archive with a folder of files. */
interface CifarVersion {
  readonly archive: { readonly name: string; readonly sha256: string };
  /** Folder inside the archive. */
  readonly folder: string;
  readonly train: readonly string[];
  readonly test: readonly string[];
}

/** How one of the CIFAR data sets was published: as binary files, and for Python. */
export interface CifarLayout extends CifarVersion {
  readonly name: PublishedName;
  readonly summary: string;
  /** The version for Python: pickles, whose labels stand under these keys, in the order of a record's. */
  readonly python?: CifarVersion & { readonly labels: readonly string[] };
  readonly recordsPerFile: { readonly train: number; readonly test: number };
  readonly labelBytes: number;
  /** Names of its classes, by their numbers. */
  readonly classNames?: Dataset['classNames'];
}

/** Which of the label bytes is the class, and how many classes that gives. */
export interface CifarLabels {
  readonly at: number;
  readonly classes: number;
}

const cifar10: CifarLayout = {
  name: 'cifar10',
  summary: published.cifar10.summary,
  archive: published.cifar10.files[0],
  folder: 'cifar-10-batches-bin',
  train: [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`),
  test: ['test_batch.bin'],
  recordsPerFile: { train: 10_000, test: 10_000 },
  labelBytes: 1,
  python: {
    // As Keras publishes it (keras.datasets.cifar10); the bytes were not seen here.
    archive: {
      name: 'cifar-10-python.tar.gz',
      sha256: '6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce',
    },
    folder: 'cifar-10-batches-py',
    train: [1, 2, 3, 4, 5].map((i) => `data_batch_${i}`),
    test: ['test_batch'],
    labels: ['labels'],
  },
  // batches.meta.txt of the archive.
  classNames: {
    ...{ 0: 'airplane', 1: 'automobile', 2: 'bird', 3: 'cat', 4: 'deer' },
    ...{ 5: 'dog', 6: 'frog', 7: 'horse', 8: 'ship', 9: 'truck' },
  },
};

const cifar100: CifarLayout = {
  name: 'cifar100',
  summary: published.cifar100.summary,
  archive: published.cifar100.files[0],
  folder: 'cifar-100-binary',
  train: ['train.bin'],
  test: ['test.bin'],
  recordsPerFile: { train: 50_000, test: 10_000 },
  labelBytes: 2,
  python: {
    // As Keras publishes it (keras.datasets.cifar100); the bytes were not seen here.
    archive: {
      name: 'cifar-100-python.tar.gz',
      sha256: '85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7',
    },
    folder: 'cifar-100-python',
    train: ['train'],
    test: ['test'],
    labels: ['coarse_labels', 'fine_labels'],
  },
};

/** Which labels of CIFAR-100: 100 classes, or the 20 superclasses they belong to. */
export type Cifar100Labels = 'fine' | 'coarse';

const cifar100Labels: Readonly<Record<Cifar100Labels, CifarLabels>> = {
  coarse: { at: 0, classes: 20 },
  fine: { at: 1, classes: 100 },
};

/**
 * CIFAR-10: 50,000 + 10,000 colour photographs of 32 × 32 pixels in 10 classes, values in [0, 1]. From `dir`, or from
 * where `reverie data fetch cifar10` puts it; see {@link loadCifar}. Loaded once a process.
 */
export function loadCifar10(dir?: string): Promise<Dataset> {
  const folder = dir === undefined ? datasetFolder('cifar10') : resolve(dir);
  return loadOnce(`cifar10 ${folder}`, () => loadCifar(cifar10, { at: 0, classes: 10 }, folder));
}

/** CIFAR-100: as {@link loadCifar10}, in 100 classes or the 20 superclasses. */
export function loadCifar100(labels: Cifar100Labels, dir?: string): Promise<Dataset> {
  const folder = dir === undefined ? datasetFolder('cifar100') : resolve(dir);
  return loadOnce(`cifar100 ${labels} ${folder}`, () => loadCifar(cifar100, cifar100Labels[labels], folder));
}

/**
 * Loads a CIFAR data set from a folder that has the published archive, its unpacked folder, or that folder's files, of the
 * binary version or of that for Python. The
 * archive is read as it is, its digest checked first; nothing is unpacked to disk. For unpacked files no digests were
 * published: their sizes, labels and the number of samples of each class are checked.
 *
 * @throws ReverieError `bad-data` when neither is there, or what is there is not what was published
 */
export async function loadCifar(layout: CifarLayout, labels: CifarLabels, dir: string): Promise<Dataset> {
  const { files, version, checked } = await openFiles(layout, dir);
  const part = async (names: readonly string[], records: number): Promise<Samples> => {
    const parts = [];
    for (const name of names) parts.push({ name: join(dir, name), bytes: await files(name) });
    const { labelBytes } = layout;
    return cifarSamples(parts, { labelBytes, labelAt: labels.at, classes: labels.classes, records });
  };
  const train = await part(version.train, layout.recordsPerFile.train);
  const test = await part(version.test, layout.recordsPerFile.test);
  return {
    ...{ name: layout.name, train, test, classes: classesOf(train, test), source: `${layout.summary} ${checked}` },
    scale: byteScale(train.shape),
    ...(layout.classNames === undefined ? {} : { classNames: layout.classNames }),
  };
}

interface CifarFiles {
  readonly version: CifarVersion;
  /** Records of one of its files. */
  readonly files: (name: string) => Promise<Uint8Array>;
  /** What they are and what was checked, as a sentence. */
  readonly checked: string;
}

async function openFiles(layout: CifarLayout, dir: string): Promise<CifarFiles> {
  const { python } = layout;
  const binary = await openVersion(layout, layout.name, dir);
  if (binary !== undefined) return binary;
  const pickled = python === undefined ? undefined : await openVersion(python, layout.name, dir);
  if (python !== undefined && pickled !== undefined) {
    const files = async (name: string): Promise<Uint8Array> =>
      pickledRecords(await pickled.files(name), join(dir, name), python.labels);
    return { ...pickled, files };
  }
  const { archive, folder, name, test } = layout;
  const others = python === undefined ? '' : ` nor ${python.archive.name}`;
  throw new ReverieError(
    'bad-data',
    `${dir} has neither ${archive.name}${others} nor ${folder}/ nor ${test[0] ?? ''}; get the data set with ` +
      `\`reverie data fetch ${name}\`, or choose the folder that has it with --data-dir`,
  );
}

/** The files of one version, as they are; undefined where the folder has none of it. */
async function openVersion(version: CifarVersion, name: PublishedName, dir: string): Promise<CifarFiles | undefined> {
  const { archive, folder, test } = version;
  const path = join(dir, archive.name);
  if (await isFile(path)) {
    const content = await filesOfArchive(version, name, path);
    return {
      version,
      files: (file) => Promise.resolve(content(file)),
      checked: `From ${path}, whose SHA-256 is that of the published archive.`,
    };
  }
  for (const place of [join(dir, folder), dir]) {
    if (!(await isFile(join(place, test[0] ?? '')))) continue;
    return {
      version,
      files: (file) => readGiven(join(place, file), { maxBytes: 2 ** 28, what: 'a file of CIFAR', remedy }),
      checked: `From unpacked files in ${place}: sizes and labels were checked, digests of them were not published.`,
    };
  }
  return undefined;
}

const remedy = 'get the published archive again, or choose another folder with --data-dir';

async function filesOfArchive(
  { archive, folder }: CifarVersion,
  name: PublishedName,
  path: string,
): Promise<(file: string) => Uint8Array> {
  const expected = { maxBytes: 2 ** 29, what: `the archive ${archive.name}`, remedy };
  const raw = await readGiven(path, expected);
  const sha256 = createHash('sha256').update(raw).digest('hex');
  if (sha256 !== archive.sha256) {
    throw new ReverieError(
      'bad-data',
      `${path} is not the published archive: its SHA-256 is ${sha256}, expected ${archive.sha256}; delete it and get it ` +
        `again with \`reverie data fetch ${name}\``,
    );
  }
  const files = tarFiles(await gunzipLimited(raw, path, expected), path);
  return (file) => {
    const bytes = files.get(`${folder}/${file}`);
    if (bytes !== undefined) return bytes;
    throw new ReverieError('bad-data', `${path} has no ${folder}/${file}; ${remedy}`);
  };
}
