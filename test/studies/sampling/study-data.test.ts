import { expect } from 'chai';
import type { Dataset } from '../../../src/core/dataset.js';
import { accuracyOf, smoothedMeans, studyData } from '../../../src/studies/sampling/study-data.js';
import { samplesOf } from '../../experiment/fake-samples.js';
import { captureError } from '../../support/capture-error.js';

function datasetOf(values: readonly number[]): Dataset {
  const train = samplesOf(
    values.map((value) => [0.5, value]),
    values.map((_, i) => i % 2),
  );
  return { name: 'made', train, test: samplesOf([[0, 0]], [0]), classes: [0, 1], source: 'made by hand' };
}

const firstOf = (samples: { copyRows(rows: number[], out: Float32Array): void }, row: number): number => {
  const out = new Float32Array(2);
  samples.copyRows([row], out);
  return Math.round((out[1] ?? NaN) * 100);
};

describe('the data of a study', () => {
  it('are the training samples and the test samples', () => {
    const dataset = datasetOf([0.1, 0.2]);
    expect(studyData(dataset, false)).to.deep.include({
      measuredOn: 'test',
      train: dataset.train,
      measured: dataset.test,
    });
  });

  it('are for validation the first five sixths and the last sixth of the training samples', () => {
    const { train, measured, measuredOn } = studyData(datasetOf([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]), true);
    expect([train.size, measured.size, measuredOn]).to.deep.equal([6, 1, 'validation']);
    expect([firstOf(train, 5), firstOf(measured, 0)]).to.deep.equal([60, 70]);
  });

  it('cannot be split where there are too few', async () => {
    const error = await captureError(() => studyData(datasetOf([0.1, 0.2]), true));
    expect(error.code).to.equal('bad-data');
    expect(error.message).to.include('--validate needs at least 6');
  });

  for (const [what, value] of [
    ['too large', 1.5],
    ['negative', -0.1],
    ['no number', NaN],
  ] as const) {
    it(`are refused where a value is ${what}, with its place`, async () => {
      const error = await captureError(() => studyData(datasetOf([0.1, value]), false));
      expect(error.code).to.equal('bad-data');
      expect(error.message).to.match(/"made", training sample 1: value 1 is (1\.5|-0\.1|NaN).*scale the features/);
    });
  }

  it('measure the share of samples whose class has the largest logit', async () => {
    const samples = samplesOf([[0.9], [0.2], [0.7], [0.1]], [5, 2, 2, 2]);
    const logits = (x: Float32Array, count: number) =>
      Promise.resolve(Float32Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? 0.5 : (x[i >> 1] ?? 0))));
    // 0.9 and 0.7 are taken for class 5: three of four are right.
    expect(await accuracyOf(logits, samples, [2, 5])).to.equal(0.75);
  });
});

describe('the smoothed means of samples', () => {
  it('count one sample of all 0 and one of all 1 beside them', () => {
    // (0 + 1 + 2·0.5) / (2 + 2) and (0 + 1 + 0.1 + 0.2) / (2 + 2)
    const [first, second] = smoothedMeans(datasetOf([0.1, 0.2]).train);
    expect(first).to.be.closeTo(0.5, 1e-6);
    expect(second).to.be.closeTo(0.325, 1e-6);
  });

  it('are in (0, 1) where a value is 0 in all samples', () => {
    expect(smoothedMeans(datasetOf([0, 0, 0]).train)[1]).to.be.closeTo(0.2, 1e-6);
  });
});
