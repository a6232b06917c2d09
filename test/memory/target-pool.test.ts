import { expect } from 'chai';
import { arraySamples } from '../../src/core/array-samples.js';
import type { Encoder } from '../../src/core/encoder.js';
import type { MemoryBatch } from '../../src/core/memory.js';
import { randomStream } from '../../src/core/random.js';
import { classTargets } from '../../src/memory/autoencoders/classes.js';
import { crossClassEncoder, icrstEncoder, identityEncoder, trstEncoder } from '../../src/memory/encoders.js';
import { TargetPool } from '../../src/memory/target-pool.js';

const batch = {
  count: 3,
  features: Float32Array.of(1, 1, 2, 2, 3, 3),
  labels: Int32Array.of(0, 1, 0),
  weights: Float32Array.of(1, 1, 1),
};

/** Names these rows of the batch. */
const naming = (...rows: readonly number[]): Encoder => ({ targets: () => Uint32Array.from(rows) });

const targetsOf = (encoder: Encoder, given: MemoryBatch): Float32Array =>
  new TargetPool(encoder).targets(given, 0, randomStream(1));

describe('what an autoencoder is to make of a row', () => {
  it('is the sample that the encoder picked', () => {
    expect(targetsOf(identityEncoder(), batch)).to.equal(batch.features);
    expect([...targetsOf(naming(2, 1, 0), batch)]).to.deep.equal([3, 3, 2, 2, 1, 1]);
  });

  it('is for a dream the target that it came with, where it came with one', () => {
    const dreams = { count: 1, logits: new Float32Array(1), classes: [0], targets: Float32Array.of(9, 8) };
    expect([...targetsOf(naming(2, 1, 2), { ...batch, dreams })]).to.deep.equal([9, 8, 2, 2, 9, 8]);
    expect([...batch.features]).to.deep.equal([1, 1, 2, 2, 3, 3]);
  });
});

describe('what targets are drawn from', () => {
  // A hundred classes of twenty samples, each of which has its class, from 1, and its own number as values.
  const classes = Array.from({ length: 100 }, (_, label) => label);
  const samples = arraySamples({
    features: Float32Array.from({ length: 4000 }, (_, i) => (i % 2 === 0 ? 1 + ((i / 2) % 100) : i)),
    labels: Int32Array.from({ length: 2000 }, (_, row) => row % 100),
    shape: [2],
  });
  const real = 128;
  const realBatch = (seed: number, count = real): MemoryBatch => {
    const random = randomStream(seed);
    const rows = Uint32Array.from({ length: count }, () => random.integer(samples.size));
    const features = new Float32Array(count * 2);
    samples.copyRows(rows, features);
    const labels = Int32Array.from(rows, (row) => samples.label(row));
    return { count, features, labels, weights: new Float32Array(count).fill(1 / count), samples };
  };

  /** Real rows, and behind them as many dreams, of values below 0, of the classes from 100 on. */
  const mixedBatch = (seed: number): MemoryBatch => {
    const own = realBatch(seed, real / 2);
    const dreamt = realBatch(1000 + seed, real / 2);
    return {
      ...{ count: real, weights: new Float32Array(real).fill(1 / real), samples },
      features: Float32Array.from([...own.features, ...dreamt.features.map((value) => -1 - value - 4000 * seed)]),
      labels: Int32Array.from([...own.labels, ...dreamt.labels.map((label) => 100 + label)]),
      dreams: { count: real / 2, logits: new Float32Array(), classes: classes.map((label) => 100 + label) },
    };
  };

  const rowOf = (values: Float32Array, row: number): string => values.subarray(2 * row, 2 * row + 2).join();
  /** Share of the rows, from the first one on, that get another target than themselves. */
  const moved = (targets: Float32Array, { features }: MemoryBatch, from = 0): number => {
    const rows = Array.from({ length: targets.length / 2 - from }, (_, i) => from + i);
    return rows.filter((row) => rowOf(targets, row) !== rowOf(features, row)).length / rows.length;
  };
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

  it('is the task, not the batch: with a hundred classes in a batch of 128, p = 0.5 of ICRST acts as 0.5', () => {
    const shares = Array.from({ length: 20 }, (_, seed) => {
      const given = realBatch(seed);
      const targets = new TargetPool(icrstEncoder(0.5)).targets(given, 0, randomStream(500 + seed));
      for (let row = 0; row < real; row++) {
        if (rowOf(targets, row) !== rowOf(given.features, row))
          expect(targets[2 * row]).to.equal(1 + (given.labels[row] ?? 0));
      }
      return moved(targets, given);
    });
    // From the batch alone it would be 0.22. Of twenty samples a class one is the row itself; deviation 0.01.
    expect(mean(shares)).to.be.closeTo(0.5 * 0.9, 0.05);
  });

  it('is, for dreams, the dreams of the task so far', () => {
    const pool = new TargetPool(icrstEncoder(1));
    for (let step = 1; step <= 30; step++) pool.targets(mixedBatch(step), step, randomStream(step));
    const given = mixedBatch(31);
    const targets = pool.targets(given, 31, randomStream(31));
    for (let row = 0; row < real; row++) expect(Math.sign(targets[2 * row] ?? 0)).to.equal(row < real / 2 ? 1 : -1);
    // About ten dreams of each of a hundred classes are there.
    expect(moved(targets, given, real / 2)).to.be.greaterThan(0.8);
  });

  it('has samples and dreams in the proportion of the batch, however many samples the task has', () => {
    for (const encoder of [trstEncoder(1), crossClassEncoder(1)]) {
      const pool = new TargetPool(encoder);
      const shares = Array.from({ length: 30 }, (_, step) => {
        const targets = pool.targets(mixedBatch(step + 1), step, randomStream(step));
        return (
          Array.from({ length: real }, (_, row) => targets[2 * row] ?? 0).filter((value) => value < 0).length / real
        );
      });
      // Binomial(128, ½), thirty times: deviation 0.008.
      expect(mean(shares)).to.be.closeTo(0.5, 0.035);
    }
  });

  it('is forgotten when the task ends, and goes on from its saved state', () => {
    const pool = new TargetPool(trstEncoder(1));
    for (let step = 1; step <= 40; step++) pool.targets(mixedBatch(step), step, randomStream(step));
    const restored = new TargetPool(trstEncoder(1));
    restored.restore(pool.save());
    const [next, again] = [pool, restored].map((each) => each.targets(mixedBatch(41), 41, randomStream(7)));
    expect(again).to.deep.equal(next);
    expect(restored.save()).to.deep.equal(pool.save());
    pool.clear();
    expect(pool.save().tensors).to.deep.equal({});
  });
});

describe('what a class head is to say of a row', () => {
  it('is yes to the class of a real row, and of a dream what its teacher said', () => {
    const dreams = { count: 1, logits: Float32Array.of(0, Math.log(3)), classes: [1, 0] };
    // σ(ln 3) = ¾ for class 0, σ(0) = ½ for class 1; the teacher does not know class 5
    const targets = classTargets(Int32Array.of(5, 1, 0), dreams, [0, 1, 5]);
    [0, 0, 1, 0, 1, 0, 0.75, 0.5, 0].forEach((wanted, i) => expect(targets[i]).to.be.closeTo(wanted, 1e-6));
  });
});
