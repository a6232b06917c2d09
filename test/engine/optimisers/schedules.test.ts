import { expect } from 'chai';
import { captureError } from '../../support/capture-error.js';
import { scheduleOf, cosine, exponential, linear, stepwise, warmUp } from '../../../src/engine/optimisers/schedules.js';

const first = (count: number, schedule: (step: number) => number): number[] =>
  Array.from({ length: count }, (_, i) => Number(schedule(i + 1).toFixed(6)));

describe('learning-rate schedules', () => {
  it('go down in a straight line and stay', () => {
    expect(first(5, linear({ from: 1, to: 0.4, steps: 4 }))).to.deep.equal([1, 0.8, 0.6, 0.4, 0.4]);
  });

  it('go down half a cosine and stay', () => {
    // (1 + cos 60°)/2 = 0.75, (1 + cos 120°)/2 = 0.25
    expect(first(5, cosine({ from: 1, steps: 4 }))).to.deep.equal([1, 0.75, 0.25, 0, 0]);
  });

  it('go down by the same factor at each step and stay', () => {
    // (1/8)^(1/3) = 1/2
    expect(first(5, exponential({ from: 1, to: 0.125, steps: 4 }))).to.deep.equal([1, 0.5, 0.25, 0.125, 0.125]);
  });

  it('go down in steps', () => {
    expect(first(5, stepwise({ from: 1, factor: 0.1, every: 2 }))).to.deep.equal([1, 1, 0.1, 0.1, 0.01]);
  });

  it('warm up before anything else', () => {
    expect(first(5, warmUp(4, 0.8))).to.deep.equal([0.2, 0.4, 0.6, 0.8, 0.8]);
  });

  it('refuse a rate that is no positive number', async () => {
    for (const rate of [0, -1, NaN, Infinity]) {
      expect((await captureError(() => scheduleOf(rate))).message).to.include(`learning rate ${rate}`);
    }
  });
});
