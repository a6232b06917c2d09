import { expect } from 'chai';
import fc from 'fast-check';
import { distinctPoints } from '../../src/metrics/distinct-points.js';

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
