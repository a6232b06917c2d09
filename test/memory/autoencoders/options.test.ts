import { expect } from 'chai';
import { scheduleOf } from '../../../src/engine/optimisers/schedules.js';
import { learningRate, learningRateOf, betaOption, betaAt } from '../../../src/memory/autoencoders/options.js';

const rates = (count: number, option: unknown): number[] => {
  const schedule = scheduleOf(learningRateOf(learningRate.parse(option)));
  return Array.from({ length: count }, (_, i) => Number(schedule(i + 1).toFixed(9)));
};

describe('the learning rate of an autoencoder', () => {
  it('is a number, or changes by a schedule with a name', () => {
    expect(rates(2, undefined)).to.deep.equal([0.001, 0.001]);
    expect(rates(2, 0.1)).to.deep.equal([0.1, 0.1]);
    expect(rates(2, { schedule: 'constant', from: 0.1 })).to.deep.equal([0.1, 0.1]);
    // (1 + cos 60°)/2 = 0.75
    expect(rates(4, { schedule: 'cosine', from: 0.1, over: 4 })).to.deep.equal([0.1, 0.075, 0.025, 0]);
    expect(rates(3, { schedule: 'exponential', from: 0.4, to: 0.1, over: 3 })).to.deep.equal([0.4, 0.2, 0.1]);
    expect(rates(5, { schedule: 'steps', from: 0.4, every: 2 })).to.deep.equal([0.4, 0.4, 0.2, 0.2, 0.1]);
  });

  it('is above 0, and of a schedule that is known', () => {
    for (const wrong of [0, -1, { schedule: 'cosine' }, { schedule: 'sine', over: 4 }]) {
      expect(learningRate.safeParse(wrong).success, JSON.stringify(wrong)).to.equal(false);
    }
  });
});

const weights = (count: number, option: unknown): number[] =>
  Array.from({ length: count }, (_, i) => Number(betaAt(betaOption.parse(option), i + 1).toFixed(6)));

describe('β', () => {
  it('is a number that stays', () => {
    expect(weights(3, 4)).to.deep.equal([4, 4, 4]);
    expect(weights(3, { schedule: 'constant', to: 0.5 })).to.deep.equal([0.5, 0.5, 0.5]);
  });

  it('rises in a straight line, then stays', () => {
    expect(weights(6, { schedule: 'linear', to: 2, over: 5 })).to.deep.equal([0, 0.5, 1, 1.5, 2, 2]);
    expect(weights(3, { schedule: 'linear', from: 1, to: 2, over: 1 })).to.deep.equal([1, 2, 2]);
  });

  it('rises in the first half of each cycle, and starts over', () => {
    // 0, 1/4, 2/4, 3/4 of a cycle, of which it rises in half
    expect(weights(6, { schedule: 'cyclical', to: 1, every: 4 })).to.deep.equal([0, 0.5, 1, 1, 0, 0.5]);
    expect(weights(5, { schedule: 'cyclical', to: 1, every: 4, rising: 1 })).to.deep.equal([0, 0.25, 0.5, 0.75, 0]);
  });

  it('is no number below 0, and no schedule that nobody knows', () => {
    expect(betaOption.safeParse(-1).success).to.equal(false);
    expect(betaOption.safeParse({ schedule: 'quadratic', over: 5 }).success).to.equal(false);
  });
});
