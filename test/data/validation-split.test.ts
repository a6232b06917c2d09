import { expect } from 'chai';
import { arraySamples } from '../../src/core/array-samples.js';
import { labelsOf, type Samples } from '../../src/core/dataset.js';
import { randomStream } from '../../src/core/random.js';
import { validationSplit } from '../../src/data/validation-split.js';
import { captureError } from '../support/capture-error.js';

/** Samples whose one value is their row number. */
const numbered = (labels: readonly number[]): Samples =>
  arraySamples({ features: Float32Array.from(labels.keys()), labels: Int32Array.from(labels), shape: [1] });
const valuesOf = (samples: Samples): readonly number[] => {
  const values = new Float32Array(samples.size);
  samples.copyRows([...values.keys()], values);
  return [...values];
};

/** 20 training samples of class 0, 10 of class 3, and two test samples that nobody may see. */
const labels = [...Array<number>(20).fill(0), ...Array<number>(10).fill(3)];
const dataset = { name: 'd', train: numbered(labels), test: numbered([0, 3]), classes: [0, 3], source: 'here' };

describe('a validation split', () => {
  it('measures on a share of the training samples of each class, and learns the others', () => {
    const { train, test } = validationSplit(dataset, 0.1, randomStream(1));
    expect([...labelsOf(test)]).to.deep.equal([0, 0, 3]);
    const together = [...valuesOf(train), ...valuesOf(test)].sort((a, b) => a - b);
    expect(together).to.deep.equal([...labels.keys()]);
  });

  it('is drawn by the seed', () => {
    const drawn = [1, 1, 2].map((seed) => valuesOf(validationSplit(dataset, 0.5, randomStream(seed)).test));
    expect(drawn[1]).to.deep.equal(drawn[0]);
    expect(drawn[2]).not.to.deep.equal(drawn[0]);
  });

  it('leaves at least one sample of each class on either side, and refuses a class that has only one', async () => {
    expect([...labelsOf(validationSplit(dataset, 0.001, randomStream(1)).test)]).to.deep.equal([0, 3]);
    expect([...labelsOf(validationSplit(dataset, 0.999, randomStream(1)).train)]).to.deep.equal([0, 3]);
    const lone = { ...dataset, train: numbered([0, 0, 3]) };
    const error = await captureError(() => validationSplit(lone, 0.5, randomStream(1)));
    expect(error).to.have.property('code', 'bad-scenario');
    expect(error.message).to.include('class 3 of data set "d" has 1 training samples');
  });
});
