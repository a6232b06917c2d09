import { createHash, type Hash } from 'node:crypto';
import type { Dataset, Samples } from '../core/dataset.js';
import { labelsOf, rowRange } from '../core/dataset.js';

const known = new WeakMap<Dataset, string>();

/**
 * SHA-256, in hexadecimal, of the samples of a data set: shapes, labels and values, as learners get them, in their order.
 * Where they come from and how their files are packed does not count.
 *
 * Cost: 0.1 s for the 70,000 digits of MNIST; once for each data set that is loaded.
 */
export function dataDigest(dataset: Dataset): string {
  const before = known.get(dataset);
  if (before !== undefined) return before;
  const hash = createHash('sha256');
  for (const samples of [dataset.train, dataset.test]) addSamples(hash, samples);
  const digest = hash.digest('hex');
  known.set(dataset, digest);
  return digest;
}

/** Values that are copied at once. */
const atOnce = 2 ** 20;

function addSamples(hash: Hash, samples: Samples): void {
  hash.update(JSON.stringify([samples.size, samples.shape]));
  const bytes = samples.bytes?.();
  if (bytes !== undefined) {
    for (const piece of bytes) hash.update(piece);
    return;
  }
  hash.update(labelsOf(samples));
  const rows = Math.max(1, Math.floor(atOnce / samples.width));
  const buffer = new Float32Array(rows * samples.width);
  for (let from = 0; from < samples.size; from += rows) {
    const to = Math.min(samples.size, from + rows);
    samples.copyRows(rowRange(from, to), buffer);
    hash.update(buffer.subarray(0, (to - from) * samples.width));
  }
}
