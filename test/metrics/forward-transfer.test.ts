import { expect } from 'chai';
import { forwardTransfer, futureMatrix } from '../../src/metrics/forward-transfer.js';

describe('forward transfer', () => {
  const guessed = (accuracy: number) => ({ accuracy, chance: 0.5 });
  const rows = [[0.9], [0.8, 0.9], [0.7, 0.8, 0.9]];
  const future = [[guessed(0.7), guessed(0.6)], [guessed(0.8)], []];

  it('is what was measured on a set right before its task, less guessing, over the tasks after the first', () => {
    // ((0.7 − 0.5) + (0.8 − 0.5)) / 2: what was measured two tasks before does not count.
    expect(forwardTransfer(futureMatrix(rows, future))).to.be.closeTo(0.25, 1e-12);
  });

  it('has the upper triangle as its matrix, null where a set was seen', () => {
    expect(futureMatrix(rows, future)).to.deep.equal({
      accuracyMatrix: [
        [null, 0.7, 0.6],
        [null, null, 0.8],
        [null, null, null],
      ],
      chance: [null, 0.5, 0.5],
    });
  });

  it('does not exist for a single task', () => {
    expect(forwardTransfer(futureMatrix([[0.9]], [[]]))).to.equal(undefined);
  });
});
