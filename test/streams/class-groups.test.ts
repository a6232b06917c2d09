import { expect } from 'chai';
import fc from 'fast-check';
import { RandomStreams } from '../../src/core/random.js';
import { classGroups, type GroupOptions } from '../../src/streams/class-groups.js';
import { captureError } from '../support/capture-error.js';

const digits = { name: 'digits', classes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] };

const groupsOf = (tasks: GroupOptions['tasks'], classOrder: GroupOptions['classOrder'] = 'ascending', seed = 1) =>
  classGroups({ tasks, classOrder }, digits, new RandomStreams(seed));

describe('classGroups', () => {
  it('deals ascending classes out evenly', () => {
    expect(groupsOf(5)).to.deep.equal([
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 7],
      [8, 9],
    ]);
  });

  it('takes explicit groups as they are, also of some of the classes only, also with classes that come again', () => {
    expect(groupsOf([[9, 0], [4]])).to.deep.equal([[9, 0], [4]]);
    expect(groupsOf([[0, 1], [2, 3], [0, 2]])).to.deep.equal([[0, 1], [2, 3], [0, 2]]); // prettier-ignore
  });

  it('shuffles classes by the seed: the same for the same seed, not the same for all', () => {
    const orders = Array.from({ length: 5 }, (_, seed) => JSON.stringify(groupsOf(5, 'random', seed)));
    expect(new Set(orders).size).to.equal(5);
    expect(JSON.stringify(groupsOf(5, 'random', 3))).to.equal(orders[3]);
  });

  it('deals a base and then increments', () => {
    expect(groupsOf({ base: 4, increment: 3 })).to.deep.equal([
      [0, 1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ]);
    expect(groupsOf({ base: 10, increment: 1 })).to.deep.equal([digits.classes]);
  });

  it('takes the classes in the order of a list, and leaves out those that it does not name', () => {
    expect(groupsOf(2, [9, 0, 4, 2])).to.deep.equal([[9, 0], [4, 2]]); // prettier-ignore
    expect(groupsOf({ base: 3, increment: 1 }, [9, 0, 4, 2])).to.deep.equal([[9, 0, 4], [2]]);
  });

  it('shuffles classes by a seed of the order alone: the same whatever the seed of the run', () => {
    const orders = [1, 2, 3].map((seed) => JSON.stringify(groupsOf(5, { seed: 7 }, seed)));
    expect(new Set(orders).size).to.equal(1);
    expect(orders[0]).to.equal(JSON.stringify(groupsOf(5, 'random', 7)));
    expect(orders[0]).not.to.equal(JSON.stringify(groupsOf(5, { seed: 8 })));
  });

  it('refuses a base that increments do not fill up, and an order of classes that are not there', async () => {
    const base = await captureError(() => groupsOf({ base: 5, increment: 2 }));
    expect(base).to.have.property('code', 'bad-scenario');
    expect(base.message).to.include('5 classes and then 2 in each task do not come to the 10 classes');
    const order = await captureError(() => groupsOf(1, [3, 11]));
    expect(order.message).to.include('has no class 11');
  });

  it('puts every class into exactly one task, all tasks alike, whatever seed and classes', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(65_535), { minLength: 1, maxLength: 24 }),
        fc.nat(),
        fc.integer(),
        fc.boolean(),
        (labels, which, seed, random) => {
          const classes = labels.sort((a, b) => a - b);
          const divisors = classes.map((_, i) => i + 1).filter((n) => classes.length % n === 0);
          const tasks = divisors[which % divisors.length] ?? 1;
          const classOrder = random ? ('random' as const) : ('ascending' as const);
          const groups = classGroups({ tasks, classOrder }, { name: 'x', classes }, new RandomStreams(seed));
          expect(groups).to.have.length(tasks);
          expect(new Set(groups.map((group) => group.length)).size).to.equal(1);
          expect(groups.flat().sort((a, b) => a - b)).to.deep.equal(classes);
        },
      ),
      { seed: 3 },
    );
  });

  const impossible: readonly (readonly [string, GroupOptions['tasks'], string])[] = [
    [
      '11 tasks of 10 classes',
      11,
      '11 tasks cannot share the 10 classes of data set "digits" evenly; expected 1, 2, 5, 10 tasks',
    ],
    [
      'a number of tasks that does not divide the classes',
      3,
      'expected 1, 2, 5, 10 tasks, or the classes of each task',
    ],
    [
      'classes that the data set lacks',
      [[0, 10], [12]],
      'data set "digits" has no class 10, 12; its classes are 0, 1, 2',
    ],
  ];
  for (const [what, tasks, message] of impossible) {
    it(`refuses ${what}`, async () => {
      const error = await captureError(() => groupsOf(tasks));
      expect(error.code).to.equal('bad-scenario');
      expect(error.message).to.include(message);
    });
  }
});
