import { expect } from 'chai';
import { arraySamples } from '../../src/core/array-samples.js';
import { dreamTargets, type Distillation } from '../../src/learners/distillation.js';
import { memoryBatch } from '../../src/learners/memory-batch.js';
import { mixedBatch } from '../../src/learners/batches.js';
import { captureError } from '../support/capture-error.js';

const soft: Distillation = { labels: 'soft', temperature: 2, loss: 'cross-entropy' };

const samples = arraySamples({ features: Float32Array.of(1, 2, 3, 4), labels: Int32Array.of(7, 8), shape: [2] });
const dreams = {
  count: 1,
  features: Float32Array.of(9, 9),
  // softmax at T = 2 of (2·ln 3, 0): e^{ln 3} : 1 = ¾, ¼
  logits: Float32Array.of(2 * Math.log(3), 0),
  classes: [5, 6],
};

/** An array of its own for each batch. */
const newArray = (length: number): Float32Array => new Float32Array(length);

function expectClose(actual: Float32Array, expected: readonly number[]): void {
  expect(actual).to.have.length(expected.length);
  actual.forEach((value, i) => expect(value).to.be.closeTo(expected[i] ?? NaN, 1e-6));
}

describe('a batch of new samples and dreams', () => {
  it('at task 3 weighs new rows 1/3 and dreams 2/3, the latter times T² for the classifier', () => {
    const batch = mixedBatch(samples, Uint32Array.of(0, 1), dreams, [5, 6, 7, 8], 1 / 3, soft, newArray);
    expect(batch.count).to.equal(3);
    expect([...batch.features]).to.deep.equal([1, 2, 3, 4, 9, 9]);
    expectClose(batch.weights, [1 / 6, 1 / 6, (2 / 3) * 4]);
    expectClose(batch.inverseTemperatures, [1, 1, 0.5]);
    // one-hot for classes 7 and 8; the teacher's soft labels, with zeros for the classes it does not know
    expectClose(batch.targets, [0, 0, 1, 0, 0, 0, 0, 1, 0.75, 0.25, 0, 0]);
  });

  it('without dreams is all new', () => {
    const batch = mixedBatch(samples, Uint32Array.of(1), undefined, [7, 8], 1, soft, newArray);
    expect([...batch.targets, ...batch.weights]).to.deep.equal([0, 1, 1]);
  });

  it('puts what the teacher says under the classes it says it of, whatever their order', () => {
    const turned = { ...dreams, classes: [6, 5] };
    const batch = mixedBatch(samples, Uint32Array.of(0), turned, [5, 6, 7], 1 / 2, soft, newArray);
    expectClose(batch.targets, [0, 0, 1, 0.25, 0.75, 0]);
  });

  it('with hard labels has a one for the teacher’s first choice, and no temperature', () => {
    const batch = mixedBatch(
      samples,
      Uint32Array.of(0),
      dreams,
      [5, 6, 7],
      1 / 2,
      { ...soft, labels: 'hard' },
      newArray,
    );
    expectClose(batch.targets, [0, 0, 1, 1, 0, 0]);
    expectClose(batch.weights, [1 / 2, 1 / 2]);
    expectClose(batch.inverseTemperatures, [1, 1]);
  });

  it('for binary cross-entropy has the teacher’s sigmoid for each class by itself', () => {
    const how: Distillation = { ...soft, loss: 'binary-cross-entropy' };
    const batch = mixedBatch(samples, Uint32Array.of(0), dreams, [5, 6, 7], 1 / 2, how, newArray);
    // σ(2·ln 3 / 2) = 3 / (1 + 3), σ(0) = ½; a class that the teacher does not know: no
    expectClose(batch.targets, [0, 0, 1, 0.75, 0.5, 0]);
    // T times, for the gradient (σ(z/T) − t)/T of each class
    expectClose(batch.weights, [1 / 2, (1 / 2) * 2]);
  });

  it('refuses dreams of a class that the classifier has not met', async () => {
    const error = await captureError(() =>
      mixedBatch(samples, Uint32Array.of(0), dreams, [5, 7], 1 / 2, soft, newArray),
    );
    expect(error.code).to.equal('learner-failed');
    expect(error.message).to.include('5, 6').and.to.include('only 5, 7');
  });
});

describe('a batch for the memory', () => {
  it('holds all rows and dreams, with the teacher’s first choice for a dream’s class', () => {
    const batch = memoryBatch(samples, Uint32Array.of(0, 1), dreams, 1 / 3, 1, newArray);
    expect([...batch.features]).to.deep.equal([1, 2, 3, 4, 9, 9]);
    expectClose(batch.weights, [1 / 6, 1 / 6, 2 / 3]);
    expect([...batch.labels]).to.deep.equal([7, 8, 5]);
  });

  it('holds a share of both, whose weights sum to 1 all the same', () => {
    const batch = memoryBatch(samples, Uint32Array.of(1, 0), dreams, 1 / 2, 0.5, newArray);
    expect([...batch.features]).to.deep.equal([3, 4, 9, 9]);
    expectClose(batch.weights, [1 / 2, 1 / 2]);
    expect([...batch.labels]).to.deep.equal([8, 5]);
  });

  it('without dreams is all new', () => {
    expectClose(memoryBatch(samples, Uint32Array.of(1), undefined, 1, 1, newArray).weights, [1]);
  });
});

describe('soft labels', () => {
  const of = (logits: readonly number[], how: Distillation): Float32Array =>
    dreamTargets({ logits: Float32Array.from(logits), classes: [0, 1], count: 1 }, how);

  it('become harder as the temperature falls and stay finite for large logits', () => {
    expect([...of([1000, 0], soft)]).to.deep.equal([1, 0]);
    expect(of([Math.log(3), 0], { ...soft, temperature: 1 })[0]).to.be.closeTo(0.75, 1e-6);
  });

  it('of binary cross-entropy stay finite for large logits too', () => {
    expect([...of([1000, -1000], { ...soft, loss: 'binary-cross-entropy' })]).to.deep.equal([1, 0]);
  });
});
