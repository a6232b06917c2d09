import * as z from 'zod';
import { rowsByLabel } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import { RandomStreams } from '../core/random.js';
import { delimiters, readCsv, type CsvTable } from '../files/csv.js';
import type { NpyArray } from '../files/npy.js';

/** How a CSV file is to be read. */
export const csvOptions = z.strictObject({
  header: z.boolean().default(true).describe('Whether the first row has the names of the columns'),
  label: z.string().min(1).optional().describe('Name of the column of classes; the last column if not given'),
  delimiter: z
    .enum(Object.keys(delimiters) as [keyof typeof delimiters])
    .default('comma')
    .describe('What separates the cells of a row'),
  test: z
    .string()
    .min(1)
    .optional()
    .describe('Another CSV file, of test samples, beside the one of path; path has both if not given'),
  share: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.2)
    .describe(
      'Of the rows of each class, taken as test samples where there is no file of them: drawn, always the same ones',
    ),
});

export type CsvChoice = z.infer<typeof csvOptions>;

/** The arrays of a data set of features, named as in an `.npz` file. */
export type CsvArrays = Readonly<Record<'x_train' | 'y_train' | 'x_test' | 'y_test', NpyArray>>;

/**
 * Training and test samples of one CSV file, or of two.
 *
 * @param test path of the second one
 * @throws ReverieError `bad-data` as {@link readCsv}, for labels that are numbers with a fraction, for a class of a single row where
 *   test samples are to be taken of it
 */
export async function csvArrays(path: string, test: string | undefined, choice: CsvChoice): Promise<CsvArrays> {
  const { header, label, delimiter, share } = choice;
  const read = (file: string): Promise<CsvTable> => readCsv(file, { header, label, delimiter });
  const whole = await read(path);
  const parts =
    test === undefined
      ? divided(whole, share, path)
      : { train: { path, ...whole }, test: { path: test, ...(await read(test)) } };
  const allWhole = [...parts.train.labels, ...parts.test.labels].every((text) => integer.test(text));
  const labelsOf = ({ path: file, labels }: Part): NpyArray => {
    const name = `${file}: labels`;
    if (allWhole) return { name, type: 'i8', shape: [labels.length], values: BigInt64Array.from(labels, BigInt) };
    const fraction = labels.find((text) => /^[+-]?\d*\.\d*$/.test(text));
    if (fraction === undefined) return { name, type: 'U', shape: [labels.length], values: labels };
    throw new ReverieError(
      'bad-data',
      `${file} has the label "${fraction}"; expected whole numbers or names: write them without a fraction`,
    );
  };
  const valuesOf = ({ path: file, rows, width, values }: Part): NpyArray => ({
    ...{ name: `${file}: values`, type: 'f4', shape: [rows, width], values },
  });
  return {
    ...{ x_train: valuesOf(parts.train), y_train: labelsOf(parts.train) },
    ...{ x_test: valuesOf(parts.test), y_test: labelsOf(parts.test) },
  };
}

interface Part extends CsvTable {
  readonly path: string;
}

/** Within 64 bits. */
const integer = /^[+-]?\d{1,18}$/;

/** A share of the rows of each class as test samples, always the same ones. */
function divided(table: CsvTable, share: number, path: string): { readonly train: Part; readonly test: Part } {
  const names = [...new Set(table.labels)].sort();
  const numbers = new Map(names.map((name, i) => [name, i]));
  const rowsOf = rowsByLabel(Int32Array.from(table.labels, (name) => numbers.get(name) ?? 0));
  const random = new RandomStreams(1).stream('csv/test');
  const held = new Set<number>();
  for (const [name, i] of numbers) {
    const rows = rowsOf.get(i) ?? [];
    if (rows.length < 2) {
      throw new ReverieError(
        'bad-data',
        `${path} has one row of class "${name}"; expected two at least, one to learn and one to test on: leave it out, or give a ` +
          'file of test samples with the option csv.test',
      );
    }
    const count = Math.min(rows.length - 1, Math.max(1, Math.round(share * rows.length)));
    for (const at of random.permutation(rows.length).subarray(0, count)) held.add(rows[at] ?? 0);
  }
  const all = [...table.labels.keys()];
  return { train: part(all.filter((row) => !held.has(row))), test: part(all.filter((row) => held.has(row))) };

  function part(rows: readonly number[]): Part {
    const { width, values, labels } = table;
    const own = new Float32Array(rows.length * width);
    for (const [i, row] of rows.entries()) own.set(values.subarray(row * width, (row + 1) * width), i * width);
    return { path, width, rows: rows.length, values: own, labels: rows.map((row) => labels[row] ?? '') };
  }
}
