import { expect } from 'chai';
import { labelsOf } from '../../src/core/dataset.js';
import { captureError } from '../support/capture-error.js';
import { countsIn, experiencesOf, streamOf, tenClasses } from './own-streams.js';

describe('the stream domain-split', () => {
  it('labels samples by the place of their class in its task, and brings the labels with the first', async () => {
    const taken = await experiencesOf(await streamOf('domain-split', { tasks: [[4, 1], [0, 7]] })); // prettier-ignore
    expect(taken.map(({ classes, newClasses }) => [classes, newClasses])).to.deep.equal([
      [[0, 1], [0, 1]], [[0, 1], []]]); // prettier-ignore
    for (const [i, group] of [
      [4, 1],
      [0, 7],
    ].entries()) {
      // prettier-ignore
      const { train } = taken[i] ?? { train: tenClasses.train };
      expect(countsIn({ train })).to.deep.equal({ 0: 30, 1: 30 });
      // Rows are in the order of the data set, where row r is of class r mod 10.
      const expected = labelsOf(tenClasses.train).filter((label) => group.includes(label));
      expect([...labelsOf(train)]).to.deep.equal(Array.from(expected, (label) => group.indexOf(label)));
      expect([...labelsOf(train.select([0, 1]))]).to.deep.equal([...labelsOf(train)].slice(0, 2));
    }
  });

  it('measures each task by itself, with the same labels, and says what they stand for', async () => {
    const dataset = { ...tenClasses, classNames: { 2: 'two' } };
    const { evaluation, classNames, gives } = await streamOf('domain-split', { tasks: 5 }, dataset);
    expect(evaluation.map(({ name, seenFrom }) => [name, seenFrom])).to.deep.equal([
      ['classes 0, 1 as 0, 1', 1],
      ['classes 2, 3 as 0, 1', 2],
      ['classes 4, 5 as 0, 1', 3],
      ['classes 6, 7 as 0, 1', 4],
      ['classes 8, 9 as 0, 1', 5],
    ]);
    for (const { samples, classes } of evaluation) {
      expect(classes).to.deep.equal([0, 1]);
      expect(samples.size).to.equal(8);
    }
    expect(classNames).to.deep.equal({ 0: '0, two, 4, 6, 8', 1: '1, 3, 5, 7, 9' });
    expect(gives.taskLabels).to.equal(false);
  });

  it('refuses tasks that cannot share labels', async () => {
    for (const [tasks, message] of [
      [[[0, 1], [2]], /tasks have 2, 1 classes; expected as many in each/],
      [
        [
          [0, 1],
          [1, 2],
        ],
        /class 1 is in more than one task/,
      ],
      [{ base: 4, increment: 2 }, /tasks have 4, 2 classes/],
    ] as const) {
      // prettier-ignore
      const error = await captureError(() => streamOf('domain-split', { tasks }));
      expect(error.code).to.equal('bad-scenario');
      expect(error.message).to.match(message);
    }
  });
});
