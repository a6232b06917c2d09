import { expect } from 'chai';
import { backwardTransfer, forgetting } from '../../src/metrics/transfer.js';
import { bestInTheMiddle, oneTask, threeTasks } from './matrices.js';

const tolerance = 1e-12;

describe('backward transfer', () => {
  it('is the mean change of earlier tasks since they were learnt', () => {
    // ((0.3 − 0.9) + (0.5 − 0.8)) / 2 = −0.9 / 2
    expect(backwardTransfer(threeTasks)).to.be.closeTo(-0.45, tolerance);
  });

  it('is positive where later tasks helped earlier ones', () => {
    // ((0.25 − 0.5) + (0.75 − 0.5)) / 2 = 0; without the loss on task 1: (0 + 0.25) / 2
    expect(backwardTransfer(bestInTheMiddle)).to.be.closeTo(0, tolerance);
    expect(backwardTransfer([[0.5, null], [0.75, 1]])).to.be.closeTo(0.25, tolerance); // prettier-ignore
  });

  it('does not exist for a single task', () => {
    expect(backwardTransfer(oneTask)).to.equal(undefined);
    expect(backwardTransfer([])).to.equal(undefined);
  });
});

describe('forgetting', () => {
  it('is the mean fall below the best before', () => {
    // ((max(0.9, 0.6) − 0.3) + (0.8 − 0.5)) / 2 = (0.6 + 0.3) / 2
    expect(forgetting(threeTasks)).to.be.closeTo(0.45, tolerance);
  });

  it('takes the best of all rows before the last, neither the first nor with the last', () => {
    // Chaudhry: ((max(0.5, 0.75) − 0.25) + (0.5 − 0.75)) / 2 = (0.5 − 0.25) / 2 = 0.125.
    // First − last (Avalanche): (0.25 − 0.25) / 2 = 0. Maximum with the last row (Mammoth): (0.5 + 0) / 2 = 0.25.
    expect(forgetting(bestInTheMiddle)).to.be.closeTo(0.125, tolerance);
  });

  it('can be had after any task but the first', () => {
    // 0.9 − 0.6
    expect(forgetting(threeTasks, 2)).to.be.closeTo(0.3, tolerance);
    expect(forgetting(threeTasks, 1)).to.equal(undefined);
  });

  it('does not exist for a single task', () => {
    expect(forgetting(oneTask)).to.equal(undefined);
    expect(forgetting([])).to.equal(undefined);
  });
});
