import type { Dataset, Samples } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import { byteScale } from '../core/sample-scale.js';
import { formatShape } from '../core/tensor.js';
import { arraySamples, classesOf } from '../core/array-samples.js';
import { readIdx } from './idx.js';
import { findIdxFiles, type idxFiles, type IdxKey, type IdxPaths } from './idx-names.js';

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
  /** Of several of EMNIST's data sets in the folder, what the files of the wanted one begin with. */
  readonly prefix?: string;
}

/**
 * Loads a data set from a folder with the four files of {@link idxFiles}, under the names that {@link findIdxFiles} knows.
 * Pixels are scaled to [0, 1]; a sample has the shape `[height, width, 1]`.
 *
 * @throws ReverieError `bad-data` when a file lacks, is damaged or has another digest, or when the files do not fit
 *   together
 */
export async function loadIdxFolder(folder: IdxFolder): Promise<Dataset> {
  const files = await findIdxFiles(folder.dir, folder.prefix);
  const train = await loadPart(folder, files, 'trainImages', 'trainLabels');
  const test = await loadPart(folder, files, 'testImages', 'testLabels');
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

async function loadPart(
  folder: IdxFolder,
  { paths, transposed }: IdxPaths,
  imagesKey: IdxKey,
  labelsKey: IdxKey,
): Promise<Samples> {
  const [imagesFile, labelsFile] = [paths[imagesKey], paths[labelsKey]];
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
  const arrays = { scale: 1 / 255, labels: labels.data };
  if (!transposed) return arraySamples({ ...arrays, features: images.data, shape: [height, width, 1] });
  return arraySamples({ ...arrays, features: turned(images.data, height, width), shape: [width, height, 1] });
}

/** Images that lie column by column, row by row. */
function turned(columns: Uint8Array, height: number, width: number): Uint8Array {
  const rows = new Uint8Array(columns.length);
  const pixels = height * width;
  for (let start = 0; start < rows.length; start += pixels) {
    for (let i = 0; i < pixels; i++) {
      rows[start + (i % width) * height + Math.floor(i / width)] = columns[start + i] ?? 0;
    }
  }
  return rows;
}

function digest(folder: IdxFolder, key: IdxKey): { sha256?: string; otherwise?: string } {
  if (folder.digests === undefined) return {};
  const sha256 = folder.digests[key];
  return folder.otherwise === undefined ? { sha256 } : { sha256, otherwise: folder.otherwise };
}
