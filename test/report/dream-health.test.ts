import { expect } from 'chai';
import type { DreamReport } from '../../src/core/dream-report.js';
import { dreamHealth } from '../../src/report/dream-health.js';

const report: DreamReport = {
  version: 1,
  count: 30,
  classes: [0, 7, 10],
  histogram: [20, 10, 0],
  metrics: {
    classesMissing: { value: 1, real: null, unit: 'count', definition: 'Classes of which no dream was.' },
    diversity: { value: 1, real: 2.34567, unit: 'distance', definition: `${'word '.repeat(30)}end.` },
  },
  notes: ['something was left out'],
};

describe('the text of a dream report', () => {
  it('has the histogram, the numbers next to those of real samples, the notes, and what each number is', () => {
    const [histogram, numbers, notes, definitions] = dreamHealth(report, { width: Infinity, colour: false }).split(
      '\n\n',
    );
    expect(histogram?.split('\n')).to.deep.equal([
      'classes of 30 dreams, as the teacher takes them',
      `   0  20  ${'█'.repeat(30)}`,
      `   7  10  ${'█'.repeat(15)}`,
      '  10   0',
    ]);
    expect(numbers?.split('\n')).to.deep.equal([
      'of the dreams   dreams    real',
      'classesMissing       1       –',
      'diversity       1.0000  2.3457',
    ]);
    expect(notes).to.equal('note: something was left out');
    expect(definitions).to.match(
      /^classesMissing\n {2}Classes of which no dream was\.\ndiversity\n( {2}[^\n]{1,98}\n){1} {2}.*end\.$/,
    );
  });

  it('is no wider than the page', () => {
    const lines = dreamHealth(report, { width: 24, colour: false }).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).to.be.at.most(24);
  });
});
