import { expect } from 'chai';
import { labelsOf, rowRange, type Dataset, type Samples } from '../core/dataset.js';
import { checkDataset } from '../data/check-dataset.js';
import { describe, it } from './runner.js';

/** Rows that are compared: the first of a data set that may be large. */
const mostRows = 200;

/**
 * What every data set must do; its suite is defined where this is called.
 *
 * @param load it, anew at each call
 */
export function datasetContract(name: string, load: () => Dataset | Promise<Dataset>): void {
  describe(`data set ${name} keeps the contract`, () => {
    it('has finite samples of one shape, and all of its classes in both parts', async () => {
      checkDataset(await load(), name, true);
    });

    it('gives the same rows each time, alone, together, and into the middle of an array', async () => {
      for (const samples of await parts(load)) {
        const { width } = samples;
        const all = rowsOf(samples);
        expect(rowsOf(samples)).to.deep.equal(all);
        const last = first(samples) - 1;
        const out = new Float32Array(3 * width).fill(-1);
        samples.copyRows([last], out, 1);
        expect(out.subarray(width, 2 * width)).to.deep.equal(all.subarray(last * width, (last + 1) * width));
        expect([...out.subarray(0, width), ...out.subarray(2 * width)].every((value) => value === -1)).to.equal(true);
      }
    });

    it('gives the same when it is loaded anew', async () => {
      const [before, after] = [await parts(load), await parts(load)];
      expect(before.map(rowsOf)).to.deep.equal(after.map(rowsOf));
      expect(before.map(labelsOf)).to.deep.equal(after.map(labelsOf));
    });

    it('can be looked at in part: rows in the order asked for, also of a part of a part', async () => {
      for (const samples of await parts(load)) {
        const count = first(samples);
        const backwards = samples.select(rowRange(0, count).reverse());
        expect([backwards.size, backwards.width, backwards.shape]).to.deep.equal([count, samples.width, samples.shape]);
        expect(backwards.label(0)).to.equal(samples.label(count - 1));
        const again = backwards.select(rowRange(0, count).reverse());
        expect(rowsOf(again)).to.deep.equal(rowsOf(samples));
        expect([...labelsOf(again)]).to.deep.equal([...labelsOf(samples)].slice(0, count));
      }
    });

    it('refuses rows that it does not have, and an array that is too short', async () => {
      for (const samples of await parts(load)) {
        const out = new Float32Array(samples.width);
        const copying = (rows: readonly number[]) => () => {
          samples.copyRows(rows, out);
        };
        for (const row of [samples.size, -1, 0.5]) expect(copying([row]), `row ${row}`).to.throw();
        expect(copying([0, 0])).to.throw();
      }
    });
  });
}

async function parts(load: () => Dataset | Promise<Dataset>): Promise<readonly Samples[]> {
  const { train, test } = await load();
  return [train, test];
}

function first({ size }: Samples): number {
  return Math.min(size, mostRows);
}

function rowsOf(samples: Samples): Float32Array {
  const count = first(samples);
  const out = new Float32Array(count * samples.width);
  samples.copyRows(rowRange(0, count), out);
  return out;
}
