import { expect } from 'chai';
import { trainStage } from '../../../src/studies/sampling/training-stage.js';
import { captureError } from '../../support/capture-error.js';

/** All that a stage tells, and what it returns. */
async function drain(stage: ReturnType<typeof trainStage>) {
  const events = [];
  for (;;) {
    const next = await stage.next();
    if (next.done === true) return { events, curve: next.value };
    events.push(next.value);
  }
}

const numbers = (values: number[]) => () => Promise.resolve(values.shift() ?? NaN);

describe('a stage of training', () => {
  it('tells each step, and each epoch with its mean loss', async () => {
    const { events, curve } = await drain(
      trainStage({ cell: 'deep-ae', kind: 'memory', epochs: 2, steps: 2, step: numbers([4, 2, 1, 0.5]) }),
    );
    expect(events.map((event) => [event.type, event.epoch, event.loss])).to.deep.equal([
      ['step-trained', 1, 4],
      ['step-trained', 1, 2],
      ['epoch-measured', 1, 3],
      ['step-trained', 2, 1],
      ['step-trained', 2, 0.5],
      ['epoch-measured', 2, 0.75],
    ]);
    expect(curve).to.deep.equal([3, 0.75]);
  });

  it('returns what was measured after each epoch', async () => {
    const measure = numbers([0.5, 0.75]);
    const { events, curve } = await drain(
      trainStage({ cell: 'real', kind: 'student', epochs: 2, steps: 1, step: numbers([1, 1]), measure }),
    );
    expect(curve).to.deep.equal([0.5, 0.75]);
    expect(events.at(-1)).to.include({ type: 'epoch-measured', accuracy: 0.75 });
  });

  it('ends with an error that names the place where a loss is no number', async () => {
    const error = await captureError(() =>
      drain(trainStage({ cell: 'deep-ae', kind: 'memory', epochs: 1, steps: 3, step: numbers([1, Infinity]) })),
    );
    expect(error.code).to.equal('diverged');
    expect(error.message).to.include('deep-ae: the loss of the memory is Infinity in step 2 of epoch 1');
  });
});
