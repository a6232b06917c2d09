import type { Samples } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import { arraySamples } from '../core/array-samples.js';
import { interleave } from './channel-planes.js';

const side = 32;
const plane = side * side;
const channels = 3;
const image = { channels, pixels: plane };

/** How a CIFAR binary file is made up: records of label bytes, then 1,024 red, 1,024 green and 1,024 blue values. */
export interface CifarRecords {
  /** Bytes before the pixels: 1 for CIFAR-10; 2 for CIFAR-100, coarse label then fine. */
  readonly labelBytes: number;
  /** Which of them is the class. */
  readonly labelAt: number;
  /** Number of classes of that label. */
  readonly classes: number;
  /** Records in each file. */
  readonly records: number;
}

/**
 * The samples in one or several CIFAR binary files, in order, of shape [32, 32, 3] with values in [0, 1]. Every class
 * must have as many samples as any other, which is so in the published files: a file that was damaged in the right length
 * shows in its labels.
 *
 * @throws ReverieError `bad-data` when a file's size is not that of its records, a label is none of the classes, or the
 *   classes are not of one size
 */
export function cifarSamples(
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
  layout: CifarRecords,
): Samples {
  const { labelBytes, labelAt, classes, records } = layout;
  const stride = labelBytes + channels * plane;
  const labels = new Uint8Array(records * files.length);
  const pixels = new Uint8Array(labels.length * channels * plane);
  files.forEach(({ name, bytes }, f) => {
    if (bytes.length !== records * stride) {
      throw bad(
        `${name} has ${bytes.length} bytes; expected ${records} records of ${stride} bytes, ${records * stride}`,
      );
    }
    for (let r = 0; r < records; r++) {
      const label = bytes[r * stride + labelAt] ?? 0;
      if (label >= classes) throw bad(`${name}: record ${r} has the label ${label}; expected 0 … ${classes - 1}`);
      labels[f * records + r] = label;
      interleave(bytes, r * stride + labelBytes, pixels, (f * records + r) * channels * plane, image);
    }
  });
  checkBalance(labels, classes, files.map(({ name }) => name).join(', '));
  return arraySamples({ features: pixels, scale: 1 / 255, labels, shape: [side, side, channels] });
}

function checkBalance(labels: Uint8Array, classes: number, names: string): void {
  const counts = new Uint32Array(classes);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  const expected = labels.length / classes;
  const odd = counts.findIndex((count) => count !== expected);
  if (odd >= 0) {
    throw bad(`${names}: class ${odd} has ${counts[odd] ?? 0} samples; expected ${expected} of each class`);
  }
}

function bad(what: string): ReverieError {
  return new ReverieError('bad-data', `${what}; get the published files again`);
}
