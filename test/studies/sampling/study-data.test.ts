import { expect } from 'chai';
import type { Dataset } from '../../../src/core/dataset.js';
import {
  accuracyOf,
  smoothedMeans,
  studyData,
  dreamBatches,
  noiseBatches,
  realBatches,
  type BatchSource,
} from '../../../src/studies/sampling/study-data.js';
import { samplesOf } from '../../experiment/fake-samples.js';
import { captureError } from '../../support/capture-error.js';
import { randomStream } from '../../../src/core/random.js';
import type { FrozenAutoencoder } from '../../../src/core/sampler.js';

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
  it('count one sample of all 0 and one of all 1 next to them', () => {
    // (0 + 1 + 2·0.5) / (2 + 2) and (0 + 1 + 0.1 + 0.2) / (2 + 2)
    const [first, second] = smoothedMeans(datasetOf([0.1, 0.2]).train);
    expect(first).to.be.closeTo(0.5, 1e-6);
    expect(second).to.be.closeTo(0.325, 1e-6);
  });

  it('are in (0, 1) where a value is 0 in all samples', () => {
    expect(smoothedMeans(datasetOf([0, 0, 0]).train)[1]).to.be.closeTo(0.2, 1e-6);
  });
});

async function take(source: BatchSource, count: number) {
  const batches = [];
  for (let i = 0; i < count; i++) batches.push((await source.next()).value);
  return batches;
}

/** Adds 10 to every value, so that a sample shows how many jumps it is from its start. */
const counting: FrozenAutoencoder = {
  width: 4,
  codeWidth: 1,
  encode: () => Promise.reject(new Error('not needed')),
  decode: () => Promise.reject(new Error('not needed')),
  reconstruct: (x) => Promise.resolve(x.map((value) => value + 10)),
};

/** Twice the features, so that a label shows what was labelled. */
const doubling = (features: Float32Array) => Promise.resolve(features.map((value) => 2 * value));

describe('what a classifier learns from', () => {
  it('is real samples with a one for their class, each once in a pass', async () => {
    const samples = samplesOf([[0.1], [0.2], [0.3], [0.4]], [7, 3, 7, 3]);
    const batches = await take(realBatches(samples, [3, 7], 2, randomStream(1)), 2);
    const pairs = batches.flatMap(({ features, targets }) =>
      [0, 1].map((i) => [features[i]?.toFixed(1), [...targets.subarray(2 * i, 2 * i + 2)].join()]),
    );
    expect(pairs).to.have.deep.members([
      ['0.1', '0,1'],
      ['0.2', '1,0'],
      ['0.3', '0,1'],
      ['0.4', '1,0'],
    ]);
  });

  it('is N(0, I) noise with what the teacher says of it', async () => {
    const [batch] = await take(noiseBatches(100, doubling, 100, randomStream(1)), 1);
    const features = batch?.features ?? new Float32Array();
    const mean = features.reduce((sum, value) => sum + value, 0) / features.length;
    const variance = features.reduce((sum, value) => sum + value * value, 0) / features.length;
    // Four standard errors at 10,000 values.
    expect(mean).to.be.closeTo(0, 0.04);
    expect(variance).to.be.closeTo(1, 4 * Math.sqrt(2 / 10_000));
    expect(batch?.targets).to.deep.equal(features.map((value) => 2 * value));
  });

  it('is dreams from the second jump on, R - 1 a walk, then of a new walk', async () => {
    const batches = await take(
      dreamBatches(counting, doubling, { walks: 50, jumps: 4, lambda: 0, collect: 'reconstruction' }, randomStream(1)),
      7,
    );
    const jumps = batches.map(({ features }) =>
      Math.round(features.reduce((sum, value) => sum + value, 0) / features.length / 10),
    );
    expect(jumps).to.deep.equal([2, 3, 4, 2, 3, 4, 2]);
    const start = (i: number) => batches[i]?.features.map((value) => value - 10 * (jumps[i] ?? 0));
    const apart = (i: number, j: number) =>
      Math.max(...(start(i) ?? []).map((value, at) => Math.abs(value - (start(j)?.[at] ?? 0))));
    expect(apart(0, 2), 'the same walk').to.be.below(1e-4);
    expect(apart(2, 3), 'another walk').to.be.above(1);
    expect(batches[3]?.targets).to.deep.equal(batches[3]?.features.map((value) => 2 * value));
  });

  it('has the noise of λ between the jumps', async () => {
    const lambda = 4;
    const batches = await take(
      dreamBatches(counting, doubling, { walks: 2500, jumps: 3, lambda, collect: 'reconstruction' }, randomStream(3)),
      2,
    );
    const [second, third] = batches.map(({ features }) => features);
    const step = second?.map((value, i) => (third?.[i] ?? 0) - value - 10) ?? new Float32Array();
    const variance = step.reduce((sum, value) => sum + value * value, 0) / step.length;
    expect(variance).to.be.closeTo(lambda, 4 * lambda * Math.sqrt(2 / step.length));
  });
});
