import { open, readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { arraySamples } from '../../src/core/array-samples.js';
import { loadFeatures } from '../../src/data/features.js';
import { writeFeatures, type MakeFeatures } from '../../src/data/write-features.js';
import type { WorkEvent } from '../../src/files/work.js';
import { temporaryFolder } from '../experiment/fixtures.js';
import { captureError } from '../support/capture-error.js';

const part = (values: readonly number[], labels: readonly number[]) =>
  arraySamples({ features: Float32Array.from(values), labels: Int32Array.from(labels), shape: [1] });

const dataset = { train: part([0, 0.5, 1, 0.25, 0.75], [4, 9, 4, 9, 4]), test: part([0.5, 1], [9, 4]) };

/** Of x the features x, 2x and 1 − x. */
const three: MakeFeatures = (rows, count) =>
  Promise.resolve({
    width: 3,
    values: Float32Array.from([...rows].flatMap((x) => [x, 2 * x, 1 - x])).slice(0, 3 * count),
  });

describe('writeFeatures', () => {
  const path = temporaryFolder();

  async function write(make: MakeFeatures, batch = 2, name = 'f.npz', signal = new AbortController().signal) {
    const reported: WorkEvent[] = [];
    const file = await open(path(name), 'w');
    try {
      return {
        width: await writeFeatures(file, dataset, make, batch, { report: (event) => reported.push(event), signal }),
        reported,
      };
    } finally {
      await file.close();
    }
  }

  it('writes what the data set of features reads, whatever the batch', async () => {
    const { width, reported } = await write(three);
    expect(width).to.equal(3);
    expect(reported.at(-1)).to.deep.equal({ type: 'progress', done: 7, total: 7, unit: 'samples' });
    const { train, test, classes } = await loadFeatures({ path: 'f.npz', scaling: 'min-max' }, path());
    expect([train.size, test.size, train.width]).to.deep.equal([5, 2, 3]);
    expect([0, 1, 2, 3, 4].map((row) => train.label(row))).to.deep.equal([4, 9, 4, 9, 4]);
    expect(classes).to.deep.equal([4, 9]);
    const out = new Float32Array(6);
    test.copyRows([0, 1], out);
    // Columns 0 … 1, 0 … 2 and 0 … 1 become [0, 1].
    expect(Array.from(out)).to.deep.equal([0.5, 0.5, 0.5, 1, 1, 0]);
    await write(three, 5, 'again.npz');
    expect((await readFile(path('again.npz'))).equals(await readFile(path('f.npz')))).to.equal(true);
  });

  it('refuses features that are no numbers, and says of which sample', async () => {
    const error = await captureError(() =>
      write((rows, count) =>
        Promise.resolve({ width: 1, values: rows.slice(0, count).map((x) => (x === 0.25 ? NaN : x)) }),
      ),
    );
    expect(error.code).to.equal('bad-data');
    expect(error.message).to.include('NaN for train sample 3 (from 0), feature 0');
  });

  it('stops where it is asked to', async () => {
    const stop = new AbortController();
    stop.abort(new Error('enough'));
    const outcome = await write(three, 2, 'f.npz', stop.signal).catch((error: unknown) => error);
    expect(outcome).to.have.property('message', 'enough');
  });
});
