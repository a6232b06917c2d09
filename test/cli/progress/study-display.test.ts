import { expect } from 'chai';
import { describeSamplingEvent } from '../../../src/cli/progress/describe-sampling-event.js';
import { studyDisplay } from '../../../src/cli/progress/study-display.js';
import type { StudyEvent } from '../../../src/studies/sampling/study-events.js';
import { someCell } from '../../studies/sampling/some-study.js';
import { captured } from '../captured.js';

function step(epoch: number, done: number): StudyEvent {
  const at = { cell: 'deep-ae', stage: 'memory', epoch, epochs: 10, step: 1, steps: 2, loss: 71.23 } as const;
  return { type: 'step-trained', ...at, done };
}

/** What is written when these events come, each at its second. */
function written(events: readonly (readonly [number, StudyEvent])[], terminal: boolean): string {
  let seconds = 0;
  const around = captured();
  const display = studyDisplay(
    { ...around.out, terminal, width: terminal ? 120 : Infinity },
    () => seconds * 1000,
    describeSamplingEvent,
  );
  for (const [at, event] of events) {
    seconds = at;
    display.tell(event);
  }
  display.end();
  return around.written.out;
}

describe('the progress of a study', () => {
  it('is in a file a line now and then, with what is trained and how long it will take', () => {
    const text = written(
      [
        [0, step(1, 0.01)],
        [14, step(2, 0.1)],
        [20, step(3, 0.25)],
      ],
      false,
    );
    // 20 seconds for a quarter: 60 more.
    expect(text).to.equal(
      '  deep-ae: autoencoder, epoch 1/10, loss 71.2 · 1 % done\n' +
        '  deep-ae: autoencoder, epoch 3/10, loss 71.2 · 25 % done, about 1 min 00 s left\n',
    );
  });

  it('is in a terminal one line that is rewritten, and taken away', () => {
    const text = written(
      [
        [0, step(1, 0.01)],
        [1, step(2, 0.1)],
        [2, { type: 'cell-completed', cell: someCell() }],
      ],
      true,
    );
    expect(text.split('\r')).to.have.length(4);
    expect(text.endsWith('\r\u001b[KDeep AE: accuracy 0.9712, paper 0.978, 12.5 s\n')).to.be.true;
  });

  it('tells of the cells that were made before', () => {
    const text = written([[0, { type: 'study-started', cells: [], kept: [someCell()] }]], false);
    expect(text).to.equal('Deep AE: accuracy 0.9712, made before\n');
  });
});
