import { expect } from 'chai';
import { studyDisplay, type StudyDisplay } from '../../../src/cli/progress/study-display.js';
import { captured } from '../captured.js';

/** What is written when these things are shown, each at its second. */
function written(shown: readonly (readonly [number, (display: StudyDisplay) => void])[], terminal: boolean): string {
  let seconds = 0;
  const context = captured();
  const width = terminal ? 120 : Infinity;
  const display = studyDisplay({ ...context.out, terminal, width }, () => seconds * 1000);
  for (const [at, show] of shown) {
    seconds = at;
    show(display);
  }
  display.end();
  return context.written.out;
}

const step = (epoch: number, done: number) => (display: StudyDisplay) => {
  display.progress(`deep-ae: autoencoder, epoch ${epoch}/10`, done);
};
const line = (text: string) => (display: StudyDisplay) => {
  display.line(text);
};

describe('the progress of a study', () => {
  it('is in a file a line now and then, with what is trained and how long it will take', () => {
    const text = written(
      [
        [0, step(1, 0.5)],
        [14, step(2, 0.55)],
        [20, step(3, 0.6)],
      ],
      false,
    );
    // 20 seconds for a tenth: 80 more for what is left. What was finished before took none of them.
    expect(text).to.equal(
      '  deep-ae: autoencoder, epoch 1/10 · 50 % done\n' +
        '  deep-ae: autoencoder, epoch 3/10 · 60 % done, about 1 min 20 s left\n',
    );
  });

  it('is in a terminal one line that is rewritten, and taken away', () => {
    const text = written(
      [
        [0, step(1, 0.01)],
        [1, step(2, 0.1)],
        [2, line('Deep AE: accuracy 0.9712')],
      ],
      true,
    );
    expect(text.split('\r')).to.have.length(4);
    expect(text.endsWith('\r\u001b[KDeep AE: accuracy 0.9712\n')).to.be.true;
  });
});
