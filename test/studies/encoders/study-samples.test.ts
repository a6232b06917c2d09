import { expect } from 'chai';
import type { Samples } from '../../../src/core/dataset.js';
import { randomStream } from '../../../src/core/random.js';
import { arraySamples } from '../../../src/core/array-samples.js';
import {
  checkSamples,
  drawnSamples,
  probeTasks,
  grouped,
  inDomain,
} from '../../../src/studies/encoders/study-samples.js';
import { captureError } from '../../support/capture-error.js';
import { blobs } from './some-encoder-study.js';

/** Each sample is its own row number, so that it shows which were drawn. */
const numbered = (size: number): Samples =>
  arraySamples({
    features: Float32Array.from({ length: size }, (_, row) => row / size),
    labels: Int32Array.from({ length: size }, (_, row) => row % 2),
    shape: [1],
  });
const dataset = {
  name: 'numbered',
  train: numbered(20),
  test: numbered(10),
  classes: [0, 1],
  source: 'Made for a test.',
};

function rowsOf(samples: Samples, of: number): readonly number[] {
  const out = new Float32Array(samples.size);
  samples.copyRows([...out.keys()], out);
  return [...out].map((value) => Math.round(value * of));
}

describe('the samples of a seed', () => {
  const wanted = { train: 8, test: 6, probe: 8 };

  it('are drawn without replacement, the same for the same seed', () => {
    const [once, again] = [1, 1].map((seed) => drawnSamples(dataset, wanted, false, randomStream(seed)));
    const rows = rowsOf(once?.train ?? numbered(1), 20);
    expect(new Set(rows).size).to.equal(8);
    expect(rowsOf(again?.train ?? numbered(1), 20)).to.deep.equal(rows);
    const other = drawnSamples(dataset, wanted, false, randomStream(2));
    expect(rowsOf(other.train, 20)).not.to.deep.equal(rows);
  });

  it('to choose by are training samples that nothing learns', () => {
    const { train, measured } = drawnSamples(dataset, wanted, true, randomStream(1));
    const both = [...rowsOf(train, 20), ...rowsOf(measured, 20)];
    expect(new Set(both).size).to.equal(14);
  });

  it('are all where there are fewer than wanted', () => {
    const { train, measured } = drawnSamples(dataset, { train: 99, test: 99, probe: 99 }, false, randomStream(1));
    expect([train.size, measured.size]).to.deep.equal([20, 10]);
  });

  it('are probed for the class, its group, and the class in each domain by a probe that was fitted to it and one that was not', () => {
    const samples = drawnSamples(dataset, wanted, false, randomStream(1));
    const tasks = probeTasks(samples, {
      samples: { ...wanted, probe: 5 },
      groupings: [{ name: 'one', groups: [[0, 1]] }],
      domains: [{ name: 'inverted' }],
    });
    expect(tasks.map(({ targets }) => targets.map(({ name }) => name))).to.deep.equal([
      ['classes', 'inverted, unseen'],
      ['one'],
      ['inverted'],
    ]);
    expect(tasks.map(({ name }) => name)).to.deep.equal(['classes', 'one', 'inverted']);
    expect(tasks.map(({ fit }) => fit.size)).to.deep.equal([5, 5, 5]);
  });
});

describe('before an encoder study', () => {
  const plan = { samples: { train: 8, test: 6, probe: 8 }, groupings: [], domains: [] };

  for (const [what, changes, validate, message] of [
    ['a class in no group', { groupings: [{ name: 'half', groups: [[0], [1]] }] }, false, 'class 2 is in none of them'],
    ['a class that is not there', { groupings: [{ name: 'all', groups: [[0, 1, 2], [7]] }] }, false, 'has no class 7'],
    [
      'nothing left to validate on',
      { samples: { train: 120, test: 6, probe: 8 } },
      true,
      'none are left for --validate',
    ],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const error = await captureError(() => {
        checkSamples(blobs, { ...plan, ...changes }, validate);
      });
      expect(error.message).to.include(message);
    });
  }

  it('refuses values outside [0, 1]', async () => {
    const train = arraySamples({ features: Float32Array.of(0, 1.5), labels: Int32Array.of(0, 1), shape: [1] });
    const error = await captureError(() => {
      checkSamples({ ...dataset, train }, plan, false);
    });
    expect(error.message).to.include('training sample 1').and.to.include('1.5');
  });
});

const picture = (values: readonly number[], shape: readonly number[]): Samples =>
  arraySamples({ features: Float32Array.from(values), labels: Int32Array.of(3), shape });

function valuesOf(samples: Samples): readonly number[] {
  const out = new Float32Array(samples.width);
  samples.copyRows([0], out);
  return [...out].map((value) => Math.round(value * 1e6) / 1e6 + 0);
}

describe('samples of another domain', () => {
  it('have 1 − x for x where they are inverted', () => {
    expect(valuesOf(inDomain(picture([0, 0.25, 1], [3]), { name: 'inverted' }))).to.deep.equal([1, 0.75, 0]);
  });

  it('are turned counter-clockwise: after a quarter the right column is the upper row', () => {
    const turned = inDomain(picture([1, 2, 3, 4], [2, 2]), { name: 'rotated', degrees: 90 });
    expect(valuesOf(turned)).to.deep.equal([2, 4, 1, 3]);
  });

  it('keep their channels together', () => {
    const turned = inDomain(picture([1, 10, 2, 20, 3, 30, 4, 40], [2, 2, 2]), { name: 'rotated', degrees: -90 });
    expect(valuesOf(turned)).to.deep.equal([3, 30, 1, 10, 4, 40, 2, 20]);
  });

  it('mix neighbouring pixels where the turn is no quarter, and know 0 outside', () => {
    // By 45° a corner of 3 × 3 comes from √2 above the middle: 0.41 of a row outside, 0.59 of the middle of the upper row.
    const turned = valuesOf(inDomain(picture([0, 1, 0, 0, 0, 0, 0, 0, 0], [3, 3]), { name: 'rotated', degrees: 45 }));
    expect(turned[0]).to.be.closeTo(2 - Math.SQRT2, 1e-6);
    expect(turned[8]).to.equal(0);
  });

  it('are the same samples at no turn, and change nothing of the data set', () => {
    const own = picture([1, 2, 3, 4], [2, 2]);
    expect(valuesOf(inDomain(own, { name: 'rotated', degrees: 0 }))).to.deep.equal([1, 2, 3, 4]);
    inDomain(own, { name: 'inverted' }).copyRows([0], new Float32Array(4));
    expect(valuesOf(own)).to.deep.equal([1, 2, 3, 4]);
  });

  it('are changed once where they are copied behind others, and in a selection too', () => {
    const two = arraySamples({ features: Float32Array.of(0.2, 0.4), labels: Int32Array.of(0, 1), shape: [1] });
    const inverted = inDomain(two, { name: 'inverted' });
    const out = Float32Array.of(9, 0, 0);
    inverted.copyRows([0, 1], out, 1);
    expect([...out].map((value) => Math.round(value * 10) / 10)).to.deep.equal([9, 0.8, 0.6]);
    expect(valuesOf(inverted.select([1]))).to.deep.equal([0.6]);
  });

  it('are refused where a turn makes no sense', async () => {
    const error = await captureError(() => inDomain(picture([1, 2, 3], [3]), { name: 'rotated', degrees: 45 }));
    expect(error.code).to.equal('bad-usage');
    expect(error.message).to.include('[3]').and.to.include('[height, width]');
  });
});

describe('grouped samples', () => {
  const labels = Int32Array.of(4, 7, 9, 4);
  const some = arraySamples({ features: new Float32Array(4), labels, shape: [1] });

  it('have the number of their group for a class', () => {
    const own = grouped(some, { name: 'halves', groups: [[9], [4, 7]] });
    expect([0, 1, 2, 3].map((row) => own.label(row))).to.deep.equal([1, 1, 0, 1]);
    expect(own.select([2]).label(0)).to.equal(0);
  });

  it('are refused where a class is in no group', async () => {
    const error = await captureError(() => grouped(some, { name: 'halves', groups: [[4], [7]] }).label(2));
    expect(error.message).to.equal('groups "halves": class 9 is in none of them');
  });
});
