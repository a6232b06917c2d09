import { ReverieError } from '../core/errors.js';
import { readPickle } from '../files/pickle.js';
import { PickledArray, textOf, type PickleValue } from '../files/pickle-values.js';

const pixels = 3 * 32 * 32;

/**
 * A batch of a CIFAR data set's Python version as the records of its binary version: the labels of the given keys, a byte
 * each, then the pixels, plane by plane, which both versions have in the same order.
 *
 * @param labels keys of the labels, in the order in which they stand in a record
 * @throws ReverieError `bad-data` when it is no such batch
 */
export function pickledRecords(bytes: Uint8Array, name: string, labels: readonly string[]): Uint8Array {
  const batch = readPickle(bytes, name);
  const entries = batch instanceof Map ? [...(batch as ReadonlyMap<PickleValue, PickleValue>)] : [];
  const values = new Map(entries.map(([key, value]) => [textOf(key), value]));
  const data = values.get('data');
  const columns = labels.map((key) => values.get(key));
  const [rows = 0, width] = data instanceof PickledArray ? data.shape : [];
  const fits = data instanceof PickledArray && data.dtype === 'u1' && !data.fortranOrder && width === pixels;
  if (!fits || data.data.length !== rows * pixels || !columns.every((column) => isLabels(column, rows))) {
    throw new ReverieError(
      'bad-data',
      `${name} is no batch of CIFAR: expected data of n × ${pixels} unsigned bytes and n ${labels.join(' and ')}; get the ` +
        'published files again',
    );
  }
  const stride = labels.length + pixels;
  const records = new Uint8Array(rows * stride);
  for (let row = 0; row < rows; row++) {
    columns.forEach((column, i) => (records[row * stride + i] = Number((column as readonly PickleValue[])[row])));
    records.set(data.data.subarray(row * pixels, (row + 1) * pixels), row * stride + labels.length);
  }
  return records;
}

function isLabels(value: PickleValue | undefined, count: number): boolean {
  return (
    Array.isArray(value) &&
    value.length === count &&
    value.every((label) => typeof label === 'number' && label >= 0 && label <= 255)
  );
}
