import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset, Samples } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import { byteScale } from '../core/sample-scale.js';
import { formatShape } from '../core/tensor.js';
import { arraySamples, classesOf } from '../core/array-samples.js';
import { readIdx } from './idx.js';

/** The names that MNIST was published under and that its successors took over. */
export const idxFiles = {
  trainImages: 'train-images-idx3-ubyte',
  trainLabels: 'train-labels-idx1-ubyte',
  testImages: 't10k-images-idx3-ubyte',
  testLabels: 't10k-labels-idx1-ubyte',
} as const;

export interface IdxFolder {
  readonly name: string;
  readonly dir: string;
  /** Where the data come from, as a sentence. */
  readonly source: string;
  /** Names of its classes, by their numbers. */
  readonly classNames?: Dataset['classNames'];
  /** SHA-256 of each file, unpacked. Without it any IDX folder is taken. */
  readonly digests?: Readonly<Record<keyof typeof idxFiles, string>>;
  /** What to do when a digest differs, as the end of a sentence. */
  readonly otherwise?: string;
}

/**
 * Loads a data set from a folder with the four files of {@link idxFiles}, each as it is or with `.gz`. Pixels are
 * scaled to [0, 1]; a sample has the shape `[height, width, 1]`.
 *
 * @throws ReverieError `bad-data` when a file lacks, is damaged or has another digest, or when the files do not fit
 *   together
 */
export async function loadIdxFolder(folder: IdxFolder): Promise<Dataset> {
  const train = await loadPart(folder, 'trainImages', 'trainLabels');
  const test = await loadPart(folder, 'testImages', 'testLabels');
  if (formatShape(train.shape) !== formatShape(test.shape)) {
    throw new ReverieError(
      'bad-data',
      `${folder.dir}: training images have the shape ${formatShape(train.shape)} and test images ` +
        `${formatShape(test.shape)}; expected the same; take both from one data set`,
    );
  }
  const { name, source, classNames } = folder;
  return {
    ...{ name, train, test, classes: classesOf(train, test), source },
    scale: byteScale(train.shape.slice(0, 2)),
    ...(classNames === undefined ? {} : { classNames }),
  };
}

type FileKey = keyof typeof idxFiles;

async function loadPart(folder: IdxFolder, imagesKey: FileKey, labelsKey: FileKey): Promise<Samples> {
  const imagesFile = await find(folder.dir, idxFiles[imagesKey]);
  const labelsFile = await find(folder.dir, idxFiles[labelsKey]);
  const images = await readIdx(imagesFile, { rank: 3, ...digest(folder, imagesKey) });
  const labels = await readIdx(labelsFile, { rank: 1, ...digest(folder, labelsKey) });
  const [count = 0, height = 0, width = 0] = images.shape;
  if (count !== labels.data.length) {
    throw new ReverieError(
      'bad-data',
      `${imagesFile} has ${count} images, but ${labelsFile} has ${labels.data.length} labels; expected as many of ` +
        'one as of the other; take both from one data set',
    );
  }
  return arraySamples({ features: images.data, scale: 1 / 255, labels: labels.data, shape: [height, width, 1] });
}

function digest(folder: IdxFolder, key: FileKey): { sha256?: string; otherwise?: string } {
  if (folder.digests === undefined) return {};
  const sha256 = folder.digests[key];
  return folder.otherwise === undefined ? { sha256 } : { sha256, otherwise: folder.otherwise };
}

async function find(dir: string, name: string): Promise<string> {
  for (const file of [join(dir, name), join(dir, `${name}.gz`)]) {
    const exists = await access(file).then(
      () => true,
      () => false,
    );
    if (exists) return file;
  }
  throw new ReverieError(
    'bad-data',
    `${dir} has no readable file ${name} or ${name}.gz; expected the four files ${Object.values(idxFiles).join(', ')}, ` +
      'each as it is or gzipped; choose the folder that has them with --data-dir',
  );
}
