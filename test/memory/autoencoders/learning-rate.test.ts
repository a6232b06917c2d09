import { expect } from 'chai';
import { scheduleOf } from '../../../src/engine/optimisers/schedules.js';
import { learningRate, learningRateOf } from '../../../src/memory/autoencoders/learning-rate.js';

const first = (count: number, option: unknown): number[] => {
  const schedule = scheduleOf(learningRateOf(learningRate.parse(option)));
  return Array.from({ length: count }, (_, i) => Number(schedule(i + 1).toFixed(9)));
};

describe('the learning rate of an autoencoder', () => {
  it('is a number, or changes by a schedule with a name', () => {
    expect(first(2, undefined)).to.deep.equal([0.001, 0.001]);
    expect(first(2, 0.1)).to.deep.equal([0.1, 0.1]);
    expect(first(2, { schedule: 'constant', from: 0.1 })).to.deep.equal([0.1, 0.1]);
    // (1 + cos 60°)/2 = 0.75
    expect(first(4, { schedule: 'cosine', from: 0.1, over: 4 })).to.deep.equal([0.1, 0.075, 0.025, 0]);
    expect(first(3, { schedule: 'exponential', from: 0.4, to: 0.1, over: 3 })).to.deep.equal([0.4, 0.2, 0.1]);
    expect(first(5, { schedule: 'steps', from: 0.4, every: 2 })).to.deep.equal([0.4, 0.4, 0.2, 0.2, 0.1]);
  });

  it('is above 0, and of a schedule that is known', () => {
    for (const wrong of [0, -1, { schedule: 'cosine' }, { schedule: 'sine', over: 4 }]) {
      expect(learningRate.safeParse(wrong).success, JSON.stringify(wrong)).to.equal(false);
    }
  });
});
