import { expect } from 'chai';
import { matrix } from '../../src/report/matrix.js';
import { someResult } from './some-result.js';

const plain = { width: 80, colour: false };

/** A run of so many tasks whose accuracy falls by 0.05 with each task that came since. */
function fading(tasks: number) {
  return {
    learner: 'l',
    accuracyMatrix: Array.from({ length: tasks }, (_, i) =>
      Array.from({ length: tasks }, (__, j) => (j > i ? null : Math.max(0, 100 - 5 * (i - j)) / 100)),
    ),
  };
}

describe('the accuracy matrix as text', () => {
  it('has a row for each task learnt and a column for each task measured, nothing above the diagonal', () => {
    expect(matrix(someResult(), plain)).to.equal(
      ['accuracy of rehearsal by task', 'after\\on     1     2', '       1 1.000', '       2 0.850 0.900'].join('\n'),
    );
  });

  it('colours each cell by its accuracy and leaves the gaps between them alone', () => {
    const cells = {
      learner: 'l',
      accuracyMatrix: [
        [0.95, null],
        [0.1, 0.5],
      ],
    };
    expect(matrix(cells, { width: 80, colour: true })).to.equal(
      [
        '\u001b[1maccuracy of l by task\u001b[22m',
        'after\\on     1     2',
        '       1 \u001b[42m\u001b[30m0.950\u001b[39m\u001b[49m',
        '       2 \u001b[41m\u001b[37m0.100\u001b[39m\u001b[49m \u001b[33m0.500\u001b[39m',
      ].join('\n'),
    );
  });

  it('shows five tasks with three digits on a page of 40 columns', () => {
    const lines = matrix(fading(5), { width: 40, colour: false }).split('\n');
    expect(lines.at(-1)).to.equal('       5 0.800 0.850 0.900 0.950 1.000');
    expect(Math.max(...lines.map((line) => line.length))).to.be.at.most(40);
  });

  it('changes to percents where three digits do not fit', () => {
    const lines = matrix(fading(6), { width: 40, colour: false }).split('\n');
    expect(lines[0]).to.equal('accuracy of l by task, in %');
    expect(lines.at(-1)).to.equal('       6  75  80  85  90  95 100');
  });

  it('changes to shades, and says what they mean, where no number fits', () => {
    const lines = matrix(fading(20), { width: 40, colour: false }).split('\n');
    expect(lines.slice(0, 3)).to.deep.equal([
      'accuracy of l by task',
      'from █ 0.95  ▓ 0.8  ▒ 0.5  ░ 0.2  · 0',
      'after\\on12345678901234567890',
    ]);
    // By hand: 0.05, 0.1, 0.15 | 0.2 … 0.45 | 0.5 … 0.75 | 0.8, 0.85, 0.9 | 0.95, 1.
    expect(lines.at(-1)).to.equal('      20···░░░░░░▒▒▒▒▒▒▓▓▓██');
  });

  it('fits a screen after a thousand tasks, however wide the page', () => {
    const lines = matrix(fading(1000), { width: Infinity, colour: false }).split('\n');
    // A title, numbers of columns, 20 rows, a gap, 20 rows, and two lines of what is left out.
    expect(lines).to.have.length(2 + 20 + 1 + 20 + 2);
    expect(lines.slice(-2)).to.deep.equal([
      'tasks 41 to 1000 do not fit',
      'rows 21 to 980 are left out; result.json has all',
    ]);
    expect(lines[22]).to.equal('       …');
    expect(lines.at(-3)).to.match(/^ {4}1000 /);
  });

  it('says which tasks do not fit at all', () => {
    const lines = matrix(fading(40), { width: 40, colour: false }).split('\n');
    expect(lines.at(-1)).to.equal('tasks 33 to 40 do not fit');
    expect(Math.max(...lines.map((line) => line.length))).to.equal(40);
  });
});
