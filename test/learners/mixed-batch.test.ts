import { expect } from 'chai';
import { arraySamples } from '../../src/data/array-samples.js';
import { writeSoftLabels } from '../../src/learners/distillation.js';
import { memoryBatch } from '../../src/learners/memory-batch.js';
import { mixedBatch } from '../../src/learners/mixed-batch.js';

const samples = arraySamples({ features: Float32Array.of(1, 2, 3, 4), labels: Int32Array.of(7, 8), shape: [2] });
const dreams = {
  count: 1,
  features: Float32Array.of(9, 9),
  // softmax at T = 2 of (2·ln 3, 0): e^{ln 3} : 1 = ¾, ¼
  logits: Float32Array.of(2 * Math.log(3), 0),
  classes: [5, 6],
};

/** An array of its own for each batch. */
const fresh = (length: number): Float32Array => new Float32Array(length);

function expectClose(actual: Float32Array, expected: readonly number[]): void {
  expect(actual).to.have.length(expected.length);
  actual.forEach((value, i) => expect(value).to.be.closeTo(expected[i] ?? NaN, 1e-6));
}

describe('a batch of new samples and dreams', () => {
  it('at task 3 weighs new rows 1/3 and dreams 2/3, the latter times T² for the classifier', () => {
    const batch = mixedBatch(samples, Uint32Array.of(0, 1), dreams, [5, 6, 7, 8], 3, 2, fresh);
    expect(batch.count).to.equal(3);
    expect([...batch.features]).to.deep.equal([1, 2, 3, 4, 9, 9]);
    expectClose(batch.weights, [1 / 6, 1 / 6, (2 / 3) * 4]);
    expectClose(batch.inverseTemperatures, [1, 1, 0.5]);
    // one-hot for classes 7 and 8; the teacher's soft labels, with zeros for the classes it does not know
    expectClose(batch.targets, [0, 0, 1, 0, 0, 0, 0, 1, 0.75, 0.25, 0, 0]);
  });

  it('without dreams is all new', () => {
    const batch = mixedBatch(samples, Uint32Array.of(1), undefined, [7, 8], 1, 2, fresh);
    expect([...batch.targets, ...batch.weights]).to.deep.equal([0, 1, 1]);
  });
});

describe('a batch for the memory', () => {
  it('holds all rows and dreams, with the teacher’s first choice for a dream’s class', () => {
    const batch = memoryBatch(samples, Uint32Array.of(0, 1), dreams, 3, 1, fresh);
    expect([...batch.features]).to.deep.equal([1, 2, 3, 4, 9, 9]);
    expectClose(batch.weights, [1 / 6, 1 / 6, 2 / 3]);
    expect([...batch.labels]).to.deep.equal([7, 8, 5]);
  });

  it('holds a share of both, whose weights sum to 1 all the same', () => {
    const batch = memoryBatch(samples, Uint32Array.of(1, 0), dreams, 2, 0.5, fresh);
    expect([...batch.features]).to.deep.equal([3, 4, 9, 9]);
    expectClose(batch.weights, [1 / 2, 1 / 2]);
    expect([...batch.labels]).to.deep.equal([8, 5]);
  });

  it('without dreams is all new', () => {
    expectClose(memoryBatch(samples, Uint32Array.of(1), undefined, 1, 1, fresh).weights, [1]);
  });
});

describe('soft labels', () => {
  it('become harder as the temperature falls and stay finite for large logits', () => {
    const targets = new Float32Array(2);
    writeSoftLabels(Float32Array.of(1000, 0), 1, 2, 2, targets, 2, 0);
    expect([...targets]).to.deep.equal([1, 0]);
    writeSoftLabels(Float32Array.of(Math.log(3), 0), 1, 2, 1, targets, 2, 0);
    expect(targets[0]).to.be.closeTo(0.75, 1e-6);
  });
});
