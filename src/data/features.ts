import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import type { Dataset } from '../core/dataset.js';
import { messageOf, ReverieError } from '../core/errors.js';
import { givenPieces, withGiven } from '../files/given-file.js';
import { readZip, unpacked } from '../files/zip.js';
import { arraySamples, classesOf } from '../core/array-samples.js';
import { checkDataset } from './check-dataset.js';
import { checkInside } from './inside-folder.js';
import { classLabels } from './class-labels.js';
import { csvArrays, csvOptions, type CsvChoice } from './csv-features.js';
import { channelOrders, loadedFeatures, type LoadedFeatures } from './feature-arrays.js';
import { loadOnce } from './load-once.js';
import { readNpy, type NpyArray } from '../files/npy.js';
import { scale, scalings } from './scaling.js';

/** The arrays of a data set of features, named as Keras names those of its own `.npz` files. */
const featureArrays = ['x_train', 'y_train', 'x_test', 'y_test'] as const;
type FeatureArray = (typeof featureArrays)[number];

/** Options of the data set `features`. */
export const featuresOptions = z
  .strictObject({
    path: z
      .string()
      .min(1)
      .default('features.npz')
      .describe(
        'A .npz file with x_train, y_train, x_test and y_test, a folder with them as .npy, or a .csv file; from --data-dir',
      ),
    scaling: z
      .enum(scalings)
      .default('min-max')
      .describe('Into [0, 1] by the training rows: min-max each column, min-max-all over all values, none if they are'),
    channels: z
      .enum(channelOrders)
      .optional()
      .describe('Of images: first for [n, channels, height, width]; [n, height, width, channels] if not given'),
    csv: csvOptions.optional().describe('How a path that ends in .csv is to be read'),
  })
  .refine(({ path, csv }) => csv === undefined || isCsv(path), {
    path: ['csv'],
    error: 'csv says how a path that ends in .csv is to be read, and this one does not; take it out',
  });

function isCsv(path: string): boolean {
  return path.toLowerCase().endsWith('.csv');
}

export type FeaturesOptions = z.infer<typeof featuresOptions>;

/**
 * A data set of any numbers in NumPy files, or a CSV file, such as what a network sees in photographs: `x_train` and `x_test` of shape
 * [n, width] (or images of [n, height, width] and [n, height, width, channels]), `y_train` and `y_test` of n classes, by
 * number or by name.
 * Scaled into [0, 1] as {@link scale} says. Loaded once a process.
 *
 * @param given folder that `path` is relative to and may not leave; the working directory if not given
 * @throws ReverieError `bad-data` when a file is missing, damaged, or the arrays do not fit together
 */
export function loadFeatures(
  { path, scaling, channels = 'last', csv }: FeaturesOptions,
  given?: string,
): Promise<Dataset> {
  const file = resolve(given ?? '.', path);
  return loadOnce(`features ${scaling} ${channels} ${JSON.stringify(csv ?? {})} ${file}`, async () => {
    const inside = (path: string): Promise<void> =>
      given === undefined ? Promise.resolve() : checkInside(path, resolve(given));
    await inside(file);
    const arrays = isCsv(path)
      ? await fromCsv(file, csv ?? csvOptions.parse({}), inside)
      : await openArrays(file, inside);
    const labels = { train: await arrays('y_train'), test: await arrays('y_test') };
    const { classNames, ...numbers } = classLabels(labels.train, labels.test);
    const part = async (name: 'train' | 'test'): Promise<LoadedFeatures> => {
      const x = await arrays(`x_${name}`);
      const loaded = loadedFeatures(x, channels);
      checkCounts(x.name, loaded.rows, labels[name].name, numbers[name].length);
      return loaded;
    };
    const [train, test] = [await part('train'), await part('test')];
    const parts = [
      arraySamples({ ...train, labels: numbers.train }),
      arraySamples({ ...test, labels: numbers.test }),
    ] as const;
    const classes = classesOf(...parts);
    const named = classNames === undefined ? {} : { classNames };
    checkDataset({ name: 'features', train: parts[0], test: parts[1], classes, source: file, ...named }, file);
    const names = { train: `${file}: x_train`, test: `${file}: x_test` };
    const { clipped, ...fitted } = scale(train.features, test.features, parts[0].width, scaling, names);
    const scaled =
      scaling === 'none'
        ? 'not scaled'
        : `scaled by ${scaling} of the training rows; ${(100 * clipped).toFixed(2)} % of the test values were clipped`;
    return {
      name: 'features',
      train: parts[0],
      test: parts[1],
      classes,
      ...named,
      source: `Features in ${file}, ${scaled}.`,
      scale: { shape: train.fileShape, ...fitted, clipped: scaling !== 'none' },
    };
  });
}

function checkCounts(x: string, rows: number, y: string, labels: number): void {
  if (rows === labels) return;
  throw new ReverieError(
    'bad-data',
    `${x} has ${rows} rows, but ${y} has ${labels} labels; expected one label for each row`,
  );
}

type OpenArray = (name: FeatureArray) => Promise<NpyArray>;

const remedy = 'say where it is with the option path of `dataset: features`, from --data-dir';

async function fromCsv(file: string, choice: CsvChoice, inside: (path: string) => Promise<void>): Promise<OpenArray> {
  const test = choice.test === undefined ? undefined : resolve(dirname(file), choice.test);
  if (test !== undefined) await inside(test);
  const arrays = await csvArrays(file, test, choice);
  return (name) => Promise.resolve(arrays[name]);
}

/** @param inside makes sure of a file that it may be read */
async function openArrays(path: string, inside: (path: string) => Promise<void>): Promise<OpenArray> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new ReverieError('bad-data', `${path} does not exist; ${remedy}`);
  return found.isDirectory() ? fromFolder(path, inside) : await fromNpz(path);
}

function fromFolder(folder: string, inside: (path: string) => Promise<void>): OpenArray {
  return async (name) => {
    const file = join(folder, `${name}.npy`);
    if ((await stat(file).catch(() => undefined)) === undefined) throw lacks(folder, `${name}.npy`);
    await inside(file);
    const expected = { what: 'an .npy file, as numpy.save writes it', remedy };
    const bytes = await withGiven(file, expected, ({ size }) => Promise.resolve(size));
    return readNpy(givenPieces(file, expected), bytes, file);
  };
}

async function fromNpz(path: string): Promise<OpenArray> {
  const entries = await readZip(path).catch((cause: unknown) => {
    throw new ReverieError('bad-data', `${messageOf(cause)}; expected an .npz file, as numpy.savez writes it`, {
      cause,
    });
  });
  return async (name) => {
    const entry = entries.find((known) => known.name === `${name}.npy`);
    if (entry === undefined) throw lacks(path, name);
    return readNpy(unpacked(path, entry), entry.size, `${path}: ${name}`);
  };
}

function lacks(path: string, name: string): ReverieError {
  return new ReverieError('bad-data', `${path} has no ${name}; expected ${featureArrays.join(', ')}; ${remedy}`);
}
