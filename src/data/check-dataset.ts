import { rowRange, type Dataset, type Samples } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import { printable } from '../core/printable.js';
import { formatShape, sizeOf } from '../core/tensor.js';

/** Values looked at together. */
const valuesAtOnce = 2 ** 20;

/**
 * Whether a data set is fit for a run: what `reverie data verify` and every run ask before anything is learnt.
 *
 * @param where what it came from, which messages begin with
 * @param values whether every value is looked at as well, as it must be where no reader of files has done so
 * @throws ReverieError `bad-data` where it is not
 */
export function checkDataset(dataset: Dataset, where: string, values = false): void {
  const bad = (what: string): ReverieError => new ReverieError('bad-data', `${printable(where, 200)}: ${what}`);
  const { train, test, classes } = dataset;
  const parts = [
    ['training', train],
    ['test', test],
  ] as const;
  for (const [part, samples] of parts) checkShape(samples, part, bad);
  if (formatShape(train.shape) !== formatShape(test.shape)) {
    throw bad(
      `training samples have the shape ${formatShape(train.shape)} and test samples ${formatShape(test.shape)}; ` +
        'expected the same',
    );
  }
  // -1 stands for what has no class, which some learners can do with.
  if (!Array.isArray(classes) || classes.some((one: number, i) => !isClass(one + 1) || one <= (classes[i - 1] ?? -2))) {
    throw bad('its classes are not whole numbers from 0, ascending and each once; expected [0, 1, …]');
  }
  for (const [part, samples] of parts) checkLabels(samples, part, dataset, bad);
  if (values) for (const [part, samples] of parts) checkValues(samples, part, bad);
}

type Bad = (what: string) => ReverieError;

function checkShape({ size, shape, width }: Samples, part: string, bad: Bad): void {
  if (!Number.isSafeInteger(size) || size < 1) throw bad(`it has ${size} ${part} samples; expected at least 1`);
  if (Array.isArray(shape) && shape.every((extent) => isClass(extent) && extent > 0) && sizeOf(shape) === width) return;
  throw bad(
    `${part} samples have the shape ${JSON.stringify(shape)} and ${width} values each; expected a list of whole numbers ` +
      'from 1, and their product as width',
  );
}

function checkLabels(samples: Samples, part: string, { classes, classNames }: Dataset, bad: Bad): void {
  const known = new Set(classes);
  const present = new Set<number>();
  for (let row = 0; row < samples.size; row++) {
    const label = samples.label(row);
    if (!known.has(label)) {
      throw bad(`${part} sample ${row} (from 0) has the label ${label}; expected one of its ${classes.length} classes`);
    }
    present.add(label);
  }
  const empty = classes.find((label) => !present.has(label));
  if (empty === undefined) return;
  const name = classNames?.[empty];
  const called = name === undefined ? `${empty}` : `${empty} (${printable(name)})`;
  throw bad(
    `class ${called} is empty, it has no ${part} samples; expected every class in both parts: take its samples out of the ` +
      `other part, as y[numpy.isin(y, [${name === undefined ? empty : JSON.stringify(name)}], invert=True)] does and x with the same rows, ` +
      'or split the data anew',
  );
}

function checkValues(samples: Samples, part: string, bad: Bad): void {
  const { size, width } = samples;
  const atOnce = Math.max(1, Math.floor(valuesAtOnce / width));
  for (let start = 0; start < size; start += atOnce) {
    const count = Math.min(atOnce, size - start);
    // What is left out shows as what no sample may have.
    const rows = new Float32Array(count * width).fill(NaN);
    samples.copyRows(rowRange(start, start + count), rows);
    const odd = rows.findIndex((value) => !(value >= 0 && value <= 1));
    if (odd >= 0) {
      throw bad(
        `${part} sample ${start + Math.floor(odd / width)} (from 0) has ${rows[odd] ?? NaN} as value ${odd % width}; ` +
          'expected numbers in [0, 1]; scale them, and leave out what is not known',
      );
    }
  }
}

function isClass(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
