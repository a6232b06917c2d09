import { expect } from 'chai';
import { ThreadChoice } from '../../../src/engine/executors/thread-choice.js';

/** Share of `runs` that used each index, where a run with index i takes `cost(i, run)` milliseconds. */
function play(choice: ThreadChoice, runs: number, cost: (index: number, run: number) => number): number[] {
  const used = choice.counts.map(() => 0);
  for (let run = 0; run < runs; run++) {
    const index = choice.next();
    used[index] = (used[index] ?? 0) + 1;
    choice.record(index, cost(index, run));
  }
  return used.map((count) => count / runs);
}

describe('the choice of thread counts', () => {
  it('stays with all cores where they are quicker, and seldom tries the other', () => {
    const [all = 0] = play(new ThreadChoice([2, 1]), 1000, (index) => (index === 0 ? 10 : 16));
    expect(all).to.be.greaterThan(0.975);
  });

  it('is not led astray by a slow run now and then', () => {
    const cost = (index: number, run: number): number => (index === 0 ? (run % 20 === 0 ? 40 : 4) : 6);
    const [all = 0] = play(new ThreadChoice([2, 1]), 1000, cost);
    expect(all).to.be.greaterThan(0.95);
  });

  it('goes over to one thread within a few runs when the cores are taken', () => {
    const choice = new ThreadChoice([2, 1]);
    play(choice, 500, (index) => (index === 0 ? 10 : 16));
    const [, one = 0] = play(choice, 40, (index) => (index === 0 ? 60 : 24));
    expect(one).to.be.greaterThan(0.8);
  });

  it('goes over to one thread where the cores are taken', () => {
    const [, one = 0] = play(new ThreadChoice([2, 1]), 1000, (index) => (index === 0 ? 60 : 24));
    expect(one).to.be.greaterThan(0.97);
  });

  it('comes back when the machine is free again', () => {
    const choice = new ThreadChoice([2, 1]);
    play(choice, 500, (index) => (index === 0 ? 60 : 24));
    const [all = 0] = play(choice, 2000, (index) => (index === 0 ? 10 : 16));
    expect(all).to.be.greaterThan(0.6);
  });

  it('has no choice with one count', () => {
    expect(play(new ThreadChoice([1]), 10, () => 1)).to.deep.equal([1]);
  });
});
