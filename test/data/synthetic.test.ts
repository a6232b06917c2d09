import { expect } from 'chai';
import type { Samples } from '../../src/core/dataset.js';
import { syntheticDataset, syntheticOptions } from '../../src/data/synthetic.js';

const defaults = syntheticOptions.parse({});

function rowsOf(samples: Samples): Float32Array {
  const out = new Float32Array(samples.size * samples.width);
  samples.copyRows(
    Uint32Array.from({ length: samples.size }, (_, i) => i),
    out,
  );
  return out;
}

/** Share of test samples whose nearest class mean of the training samples is that of their own class. */
function nearestMeanAccuracy(train: Samples, test: Samples, classes: number): number {
  const { width } = train;
  const means = new Float64Array(classes * width);
  const counts = new Float64Array(classes);
  const trainRows = rowsOf(train);
  for (let row = 0; row < train.size; row++) {
    const label = train.label(row);
    counts[label] = (counts[label] ?? 0) + 1;
    for (let j = 0; j < width; j++) {
      means[label * width + j] = (means[label * width + j] ?? 0) + (trainRows[row * width + j] ?? 0);
    }
  }
  const testRows = rowsOf(test);
  let right = 0;
  for (let row = 0; row < test.size; row++) {
    const distances = Array.from({ length: classes }, (_, c) => {
      let sum = 0;
      for (let j = 0; j < width; j++) {
        sum += ((testRows[row * width + j] ?? 0) - (means[c * width + j] ?? 0) / (counts[c] ?? 1)) ** 2;
      }
      return sum;
    });
    if (distances.indexOf(Math.min(...distances)) === test.label(row)) right++;
  }
  return right / test.size;
}

describe('syntheticDataset', () => {
  it('has as many samples of each of its classes as asked', () => {
    const { train, test, classes } = syntheticDataset({ ...defaults, classes: 4, trainPerClass: 7, testPerClass: 3 });
    expect(classes).to.deep.equal([0, 1, 2, 3]);
    for (const [samples, perClass] of [[train, 7] as const, [test, 3] as const]) {
      const counts = [0, 0, 0, 0];
      for (let row = 0; row < samples.size; row++) counts[samples.label(row)] = (counts[samples.label(row)] ?? 0) + 1;
      expect(counts).to.deep.equal([perClass, perClass, perClass, perClass]);
    }
  });

  it('keeps its values in [0, 1], however wide the spread', () => {
    const values = rowsOf(syntheticDataset({ ...defaults, spread: 2 }).train);
    expect(Math.min(...values)).to.equal(0);
    expect(Math.max(...values)).to.equal(1);
  });

  it('is easy by default: the nearest class mean is always right', () => {
    const { train, test } = syntheticDataset(defaults);
    expect(nearestMeanAccuracy(train, test, 10)).to.equal(1);
  });

  it('is not a matter of labels alone: with a wide spread the nearest mean errs', () => {
    const { train, test } = syntheticDataset({ ...defaults, spread: 1 });
    expect(nearestMeanAccuracy(train, test, 10)).to.be.within(0.1, 0.9);
  });

  it('spreads by the standard deviation that was asked for', () => {
    // Mean over many values; at spread 0.02 hardly any of U[0.1, 0.9] is clipped, so the estimate is near.
    const { train } = syntheticDataset({ ...defaults, classes: 1, width: 64, trainPerClass: 500, spread: 0.02 });
    const rows = rowsOf(train);
    let sum = 0;
    for (let j = 0; j < 64; j++) {
      const column = Array.from({ length: 500 }, (_, i) => rows[i * 64 + j] ?? 0);
      const mean = column.reduce((a, b) => a + b) / 500;
      sum += column.reduce((a, b) => a + (b - mean) ** 2, 0) / 499;
    }
    expect(Math.sqrt(sum / 64)).to.be.closeTo(0.02, 0.001);
  });

  it('is the same for the same seed and another for another', () => {
    const first = rowsOf(syntheticDataset(defaults).train);
    expect(rowsOf(syntheticDataset(defaults).train)).to.deep.equal(first);
    expect(rowsOf(syntheticDataset({ ...defaults, seed: 2 }).train)).not.to.deep.equal(first);
  });

  it('does not repeat training samples in the test part', () => {
    const { train, test } = syntheticDataset(defaults);
    expect(rowsOf(test)[0]).not.to.equal(rowsOf(train)[0]);
  });

  it('refuses options that would need more memory than a test ever should', () => {
    const parsed = syntheticOptions.safeParse({ width: 65_536, trainPerClass: 100_000 });
    expect(parsed.error?.issues[0]?.message).to.include('must be at most 134217728 values');
  });
});
