import type { FileHandle } from 'node:fs/promises';
import { labelsOf, rowRange, type Dataset, type Samples } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import type { WorkContext } from '../files/work.js';
import { NpzWriter } from '../files/npz-writer.js';

/** Makes features of samples: `count` rows of values in [0, 1] become `count` rows of `width` features. */
export type MakeFeatures = (
  rows: Float32Array,
  count: number,
) => Promise<{ readonly width: number; readonly values: Float32Array }>;

/** An .npz file without zip64 ends here. */
const mostBytes = 2 ** 32 - 2 ** 20;

/**
 * Writes the features of a whole data set as an `.npz` file that `dataset: features` reads: float32 `x_train` and
 * `x_test`, int32 `y_train` and `y_test`, not scaled.
 *
 * @param batch samples at once
 * @returns features a sample
 * @throws ReverieError `bad-data` where a feature is no finite number, or the file would have 4 GiB or more; the signal's
 *   reason where it was aborted
 */
export async function writeFeatures(
  file: FileHandle,
  { train, test }: Pick<Dataset, 'train' | 'test'>,
  make: MakeFeatures,
  batch: number,
  { report, signal }: WorkContext,
): Promise<number> {
  const npz = new NpzWriter(file);
  const total = train.size + test.size;
  let done = 0;
  let columns: number | undefined;
  for (const [part, samples] of [
    ['train', train],
    ['test', test],
  ] as const) {
    const batches = featureBatches(part, samples, make, batch);
    // How many features there are shows with the first batch, and stands before all values.
    const first = await batches.next();
    if (first.done === true) throw new ReverieError('bad-data', `the data set has no ${part} samples; expected some`);
    const { width } = first.value;
    columns ??= width;
    const bytes = 4 * total * columns;
    if (width !== columns || bytes > mostBytes) {
      throw new ReverieError(
        'bad-data',
        `the model gives ${width} features a sample, ${bytes} bytes in all; expected at most ${mostBytes}; name a smaller ` +
          'layer with --output',
      );
    }
    const pieces = async function* (): AsyncGenerator<Float32Array> {
      let next: IteratorResult<Batch, void> = first;
      for (; next.done !== true; next = await batches.next()) {
        signal.throwIfAborted();
        done += next.value.count;
        report({ type: 'progress', done, total, unit: 'samples' });
        yield next.value.values;
      }
    };
    await npz.array(`x_${part}`, 'f4', [samples.size, width], pieces());
    const labels = labelsOf(samples);
    await npz.array(`y_${part}`, 'i4', [samples.size], [labels]);
  }
  await npz.end();
  return columns ?? 0;
}

interface Batch {
  readonly count: number;
  readonly width: number;
  readonly values: Float32Array;
}

async function* featureBatches(
  part: string,
  samples: Samples,
  make: MakeFeatures,
  batch: number,
): AsyncGenerator<Batch, void> {
  for (let start = 0; start < samples.size; start += batch) {
    const count = Math.min(batch, samples.size - start);
    const rows = new Float32Array(count * samples.width);
    samples.copyRows(rowRange(start, start + count), rows);
    const { width, values } = await make(rows, count);
    const odd = values.findIndex((value) => !Number.isFinite(value));
    if (odd >= 0) {
      throw new ReverieError(
        'bad-data',
        `the model gives ${values[odd] ?? 0} for ${part} sample ${start + Math.floor(odd / width)} (from 0), feature ` +
          `${odd % width}; expected finite numbers; look whether --preprocess is what it was trained with`,
      );
    }
    yield { count, width, values };
  }
}
