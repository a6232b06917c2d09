import { expect } from 'chai';
import fc from 'fast-check';
import { randomStream } from '../../../src/core/random.js';
import { kMeans } from '../../../src/memory/sampling/k-means.js';

describe('k-means', () => {
  it('finds three well separated clusters', () => {
    const random = randomStream(1);
    const points = Float32Array.from({ length: 90 }, (_, i) => 10 * (i % 3) + 0.1 * random.normal());
    const rows = Array.from({ length: 90 }, (_, i) => i);
    const clusters = kMeans(points, rows, 1, 3, random);
    const found = clusters.map((cluster) => cluster.map((row) => row % 3));
    expect(found.map((kinds) => new Set(kinds).size)).to.deep.equal([1, 1, 1]);
    expect(found.map((kinds) => kinds.length)).to.deep.equal([30, 30, 30]);
  });

  it('puts every row into one cluster and leaves none empty', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 8 }), fc.integer(), (n, k, seed) => {
        const random = randomStream(seed);
        const points = Float32Array.from({ length: 2 * n }, () => random.integer(4));
        const clusters = kMeans(
          points,
          Array.from({ length: n }, (_, i) => i),
          2,
          k,
          random,
        );
        expect(clusters.flat().sort((a, b) => a - b)).to.deep.equal(Array.from({ length: n }, (_, i) => i));
        expect(clusters.length).to.be.at.most(Math.max(k, 1));
        expect(Math.min(...clusters.map((cluster) => cluster.length))).to.be.greaterThan(0);
      }),
      { seed: 7, numRuns: 100 },
    );
  });
});
