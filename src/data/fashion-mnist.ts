import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Dataset } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import { loadIdxFolder } from './idx-folder.js';
import { idxFiles } from './idx-names.js';
import { loadOnce } from './load-once.js';
import { datasetFolder, fashionMnistDigests, published } from './published.js';

/** As its authors name them (Xiao, Rasul and Vollgraf 2017, table 2). */
const classNames = {
  ...{ 0: 'T-shirt/top', 1: 'Trouser', 2: 'Pullover', 3: 'Dress', 4: 'Coat' },
  ...{ 5: 'Sandal', 6: 'Shirt', 7: 'Sneaker', 8: 'Bag', 9: 'Ankle boot' },
};

/**
 * Fashion-MNIST: 60,000 + 10,000 articles of clothing of 28 × 28 pixels in [0, 1], 10 classes (Xiao, Rasul and Vollgraf
 * 2017). From `dir`, or else from where `reverie data fetch fashion-mnist` puts it, or Debian's package
 * `dataset-fashion-mnist`; digests are checked. Loaded once a process.
 *
 * @throws ReverieError `bad-data` when it is nowhere, or a file is not the published one
 */
export function loadFashionMnist(dir?: string): Promise<Dataset> {
  const folder = dir === undefined ? fashionMnistFolder() : resolve(dir);
  return loadOnce(`fashion-mnist ${folder}`, () =>
    loadIdxFolder({
      name: 'fashion-mnist',
      dir: folder,
      source: `${published['fashion-mnist'].summary} From ${folder}, digests checked.`,
      classNames,
      digests: fashionMnistDigests,
      otherwise: 'get it with `reverie data fetch fashion-mnist`, or choose `dataset: idx` for a data set of your own',
    }),
  );
}

/**
 * The first of the folders that has the test labels, gzipped or not.
 *
 * @throws ReverieError `bad-data` when none has
 */
export function fashionMnistFolder(folders: readonly string[] = fashionMnistFolders()): string {
  const names = [idxFiles.testLabels, `${idxFiles.testLabels}.gz`];
  const found = folders.find((folder) => names.some((name) => existsSync(join(folder, name))));
  if (found !== undefined) return found;
  throw new ReverieError(
    'bad-data',
    `data set "fashion-mnist" is not in ${folders.join(' nor in ')}; get it with \`reverie data fetch fashion-mnist\`, ` +
      "install Debian's package dataset-fashion-mnist, or give a folder with its four IDX files as --data-dir",
  );
}

function fashionMnistFolders(): readonly string[] {
  return [datasetFolder('fashion-mnist'), ...published['fashion-mnist'].systemFolders];
}
