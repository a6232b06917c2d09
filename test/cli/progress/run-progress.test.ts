import { expect } from 'chai';
import { advance, notStarted, progressLine, secondsLeft } from '../../../src/cli/progress/run-progress.js';
import { batch, evaluatedAt, started, taskStarted } from './some-events.js';

describe('the progress of a run', () => {
  it('shows task, iteration, accuracy, time left and losses', () => {
    let progress = advance(notStarted, started(), 0);
    progress = advance(progress, taskStarted(2), 10);
    progress = advance(progress, evaluatedAt(2, 0.9544), 10);
    progress = advance(progress, batch(2, 20, { new: 0.31234, replay: 0.1 }), 20);
    // 10 s for 20 iterations; 80 of this task and 3 × 100 of the others are to come: 190 s.
    expect(progressLine(progress)).to.equal(
      'task 2/5 · iteration 20/100 · accuracy over samples 0.954 · 3 min 10 s left · loss new 0.312, replay 0.100',
    );
  });

  it('shows only what is known', () => {
    expect(progressLine(advance(advance(notStarted, started(), 0), taskStarted(1), 0))).to.equal('task 1/5');
  });

  it('forgets losses and iterations of the last task when one starts', () => {
    let progress = advance(advance(notStarted, started(), 0), taskStarted(1), 0);
    progress = advance(progress, batch(1, 100, { new: 0.5 }), 5);
    expect(progressLine(advance(progress, taskStarted(2), 5))).to.equal('task 2/5');
  });

  it('has no time left when the last iteration is done', () => {
    let progress = advance(advance(notStarted, started(), 0), taskStarted(5), 0);
    progress = advance(progress, batch(5, 100, {}), 30);
    expect(secondsLeft(progress)).to.equal(0);
  });

  it('does not estimate the time left from the first two seconds of a task', () => {
    let progress = advance(advance(notStarted, started(), 0), taskStarted(1), 0);
    progress = advance(progress, batch(1, 3, {}), 1.9);
    expect(secondsLeft(progress)).to.equal(undefined);
    // 2 s for 4 iterations; 96 of this task and 4 × 100 of the others are to come.
    expect(secondsLeft(advance(progress, batch(1, 4, {}), 2))).to.equal(248);
  });

  it('goes on counting from the task that a resumed run goes on after', () => {
    expect(progressLine(advance(notStarted, started(3), 0))).to.equal('task 3/5');
  });
});
