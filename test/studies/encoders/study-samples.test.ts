import { expect } from 'chai';
import type { Samples } from '../../../src/core/dataset.js';
import { randomStream } from '../../../src/core/random.js';
import { arraySamples } from '../../../src/core/array-samples.js';
import { checkSamples, drawnSamples, probeTasks } from '../../../src/studies/encoders/study-samples.js';
import { captureError } from '../../support/capture-error.js';
import { blobs } from './some-encoder-study.js';

/** Each sample is its own row number, so that it can be told which were drawn. */
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
