import { expect } from 'chai';
import fc from 'fast-check';
import { randomStream } from '../../src/core/random.js';
import {
  meanDistanceWithinClasses,
  meanPairwiseDistance,
  meanSquaredError,
  nearestDistances,
  distinctPoints,
} from '../../src/metrics/distances.js';
import { samplesOf } from '../experiment/fake-samples.js';

const rows = (...values: readonly (readonly number[])[]): Float32Array => Float32Array.from(values.flat());

describe('the mean distance between two rows', () => {
  it('is the mean over all pairs', () => {
    // A 3-4-5 triangle: (3 + 4 + 5) / 3
    expect(meanPairwiseDistance(rows([0, 0], [3, 0], [0, 4]), 3)).to.equal(4);
  });

  it('is zero where all rows are the same', () => {
    expect(meanPairwiseDistance(rows([1, 2], [1, 2]), 2)).to.equal(0);
  });

  it('does not exist for a single row', () => {
    expect(meanPairwiseDistance(rows([1, 2]), 1)).to.equal(undefined);
  });
});

describe('the mean distance within classes', () => {
  it('is the mean over classes, not over pairs, and knows nothing of distances between classes', () => {
    // Class 0: 1; class 7: (2 + 2 + 4) / 3 = 8/3; mean (1 + 8/3) / 2
    const five = rows([0], [1], [100], [102], [104]);
    expect(meanDistanceWithinClasses(five, Int32Array.of(0, 0, 7, 7, 7))).to.be.closeTo(11 / 6, 1e-12);
  });

  it('leaves out classes of one row, and does not exist where all are', () => {
    expect(meanDistanceWithinClasses(rows([0], [3], [9]), Int32Array.of(0, 0, 1))).to.equal(3);
    expect(meanDistanceWithinClasses(rows([0], [3]), Int32Array.of(0, 1))).to.equal(undefined);
  });
});

describe('the distance to the nearest sample', () => {
  it('is found in any sample', () => {
    const samples = samplesOf(
      [
        [0, 0],
        [10, 10],
      ],
      [0, 1],
    );
    expect([...nearestDistances(rows([3, 4], [10, 10], [10, 8]), 3, samples)]).to.deep.equal([5, 0, 2]);
  });

  it('is that of plain search, also where samples are many and wide', () => {
    const property = fc.property(fc.integer(), fc.integer({ min: 1, max: 1100 }), (seed, size) => {
      const width = 70;
      const random = randomStream(seed);
      const draw = (): number[] => Array.from({ length: width }, (_, k) => (k + 1) * random.normal());
      const samples = Array.from({ length: size }, draw);
      const wanted = [draw(), draw(), draw()];
      const found = nearestDistances(
        rows(...wanted),
        3,
        samplesOf(
          samples,
          samples.map(() => 0),
        ),
      );
      wanted.forEach((row, i) => {
        const plain = Math.min(
          ...samples.map((sample) => Math.hypot(...sample.map((value, k) => value - (row[k] ?? 0)))),
        );
        // The samples become float32 on the way: 24 bits.
        expect(found[i]).to.be.closeTo(plain, 1e-5 * plain);
      });
    });
    fc.assert(property, { numRuns: 10 });
  });

  it('is infinite where there are none', () => {
    expect([...nearestDistances(rows([1]), 1, samplesOf([], []))]).to.deep.equal([Infinity]);
  });
});

describe('the mean squared error', () => {
  it('is a mean over values', () => {
    // (1 + 0 + 4 + 0) / 4
    expect(meanSquaredError(rows([1, 2], [3, 4]), rows([0, 2], [5, 4]))).to.equal(1.25);
  });
});

const components = (points: readonly number[], radius: number): readonly number[] => [
  ...distinctPoints(Float32Array.from(points), points.length, radius),
];

describe('distinct points', () => {
  it('are those farther apart than the radius', () => {
    expect(components([0, 5, 0.5, 5.5, 9], 1)).to.deep.equal([0, 1, 0, 1, 2]);
  });

  it('count as one where others lie between them', () => {
    expect(components([0, 2, 1], 1)).to.deep.equal([0, 0, 0]);
    expect(components([0, 2], 1)).to.deep.equal([0, 1]);
  });

  it('are as many whatever the order of the rows', () => {
    const points = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(points, (values) => {
        const many = (order: readonly number[]): number => new Set(components(order, 1)).size;
        // On whole numbers and a radius of 1: the runs of consecutive numbers.
        const sorted = [...new Set(values)].sort((a, b) => a - b);
        const runs = sorted.filter((value, i) => i === 0 || value > (sorted[i - 1] ?? 0) + 1).length;
        expect(many(values)).to.equal(runs);
        expect(many([...values].reverse())).to.equal(runs);
      }),
    );
  });
});
