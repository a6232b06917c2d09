import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { idxFiles } from '../../src/data/idx-names.js';

/** An IDX file as the format says: 0, 0, type, rank, big-endian extents, values. */
export function idxBytes(shape: readonly number[], values: readonly number[], type = 0x08): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + values.length);
  bytes.set([0, 0, type, shape.length]);
  const view = new DataView(bytes.buffer);
  shape.forEach((extent, i) => {
    view.setUint32(4 + 4 * i, extent);
  });
  bytes.set(values, 4 + 4 * shape.length);
  return bytes;
}

/** The four files of a data set of 2 × 3 pixels: 3 training images (classes 5, 0, 5) and 2 test images (0, 5). */
export function tinyDataset(): Record<keyof typeof idxFiles, Uint8Array> {
  return {
    trainImages: idxBytes([3, 2, 3], [0, 51, 102, 153, 204, 255, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
    trainLabels: idxBytes([3], [5, 0, 5]),
    testImages: idxBytes([2, 2, 3], [255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255]),
    testLabels: idxBytes([2], [0, 5]),
  };
}

/** Writes the given files under their canonical names, each with `suffix`. */
export async function writeFiles(
  dir: string,
  files: Partial<Record<keyof typeof idxFiles, Uint8Array>>,
  suffix = '',
): Promise<void> {
  for (const key of ['trainImages', 'trainLabels', 'testImages', 'testLabels'] as const) {
    const bytes = files[key];
    if (bytes !== undefined) await writeFile(join(dir, idxFiles[key] + suffix), bytes);
  }
}

/** Runs with a folder of its own, which is gone afterwards. */
export async function inFolder<T>(use: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'reverie-test-'));
  try {
    return await use(dir);
  } finally {
    await rm(dir, { recursive: true });
  }
}
