import { expect } from 'chai';
import { beta, betaAt } from '../../../src/memory/autoencoders/beta.js';

const first = (count: number, option: unknown): number[] =>
  Array.from({ length: count }, (_, i) => Number(betaAt(beta.parse(option), i + 1).toFixed(6)));

describe('β', () => {
  it('is a number that stays', () => {
    expect(first(3, 4)).to.deep.equal([4, 4, 4]);
    expect(first(3, { schedule: 'constant', to: 0.5 })).to.deep.equal([0.5, 0.5, 0.5]);
  });

  it('rises in a straight line, then stays', () => {
    expect(first(6, { schedule: 'linear', to: 2, over: 5 })).to.deep.equal([0, 0.5, 1, 1.5, 2, 2]);
    expect(first(3, { schedule: 'linear', from: 1, to: 2, over: 1 })).to.deep.equal([1, 2, 2]);
  });

  it('rises in the first half of each cycle, and starts over', () => {
    // 0, 1/4, 2/4, 3/4 of a cycle, of which it rises in half
    expect(first(6, { schedule: 'cyclical', to: 1, every: 4 })).to.deep.equal([0, 0.5, 1, 1, 0, 0.5]);
    expect(first(5, { schedule: 'cyclical', to: 1, every: 4, rising: 1 })).to.deep.equal([0, 0.25, 0.5, 0.75, 0]);
  });

  it('is no number below 0, and no schedule that nobody knows', () => {
    expect(beta.safeParse(-1).success).to.equal(false);
    expect(beta.safeParse({ schedule: 'quadratic', over: 5 }).success).to.equal(false);
  });
});
