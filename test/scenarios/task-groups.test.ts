import { expect } from 'chai';
import fc from 'fast-check';
import { taskGroups } from '../../src/scenarios/task-groups.js';
import { captureError } from '../support/capture-error.js';
import { someScenario } from './some-scenario.js';

const digits = { name: 'digits', classes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] };

describe('taskGroups', () => {
  it('deals ascending classes out evenly', () => {
    expect(taskGroups(someScenario, digits, 1)).to.deep.equal([
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 7],
      [8, 9],
    ]);
  });

  it('takes explicit groups as they are, also of some of the classes only', () => {
    expect(taskGroups({ ...someScenario, tasks: [[9, 0], [4]] }, digits, 1)).to.deep.equal([[9, 0], [4]]);
  });

  it('shuffles classes by the seed: the same for the same seed, not the same for all', () => {
    const random = { ...someScenario, classOrder: 'random' as const };
    const orders = Array.from({ length: 5 }, (_, seed) => JSON.stringify(taskGroups(random, digits, seed)));
    expect(new Set(orders).size).to.equal(5);
    expect(JSON.stringify(taskGroups(random, digits, 3))).to.equal(orders[3]);
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
          const groups = taskGroups({ ...someScenario, tasks, classOrder }, { name: 'x', classes }, seed);
          expect(groups).to.have.length(tasks);
          expect(new Set(groups.map((group) => group.length)).size).to.equal(1);
          expect(groups.flat().sort((a, b) => a - b)).to.deep.equal(classes);
        },
      ),
      { seed: 3 },
    );
  });

  const impossible: readonly (readonly [string, typeof someScenario.tasks, string])[] = [
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
    ['no task', 0, '0 tasks cannot share'],
    ['an empty list of tasks', [], 'no task is listed'],
    [
      'classes that the data set lacks',
      [[0, 10], [12]],
      'data set "digits" has no class 10, 12; its classes are 0, 1, 2',
    ],
    ['a class in two tasks', [[0, 1], [1]], '1.0: class 1 is also in the group of task 1'],
    ['an empty task', [[0], []], '1: the group is empty'],
  ];
  for (const [what, tasks, message] of impossible) {
    it(`refuses ${what}`, async () => {
      const error = await captureError(() => taskGroups({ ...someScenario, tasks }, digits, 1));
      expect(error.code).to.equal('bad-scenario');
      expect(error.message)
        .to.match(/^scenario "some" tasks: /)
        .and.to.include(message);
    });
  }

  it('says where the tasks stand in the file, where there is one', async () => {
    const origin = { file: 'x.yaml', tasks: 'x.yaml:3:8' };
    const error = await captureError(() => taskGroups({ ...someScenario, tasks: 11, origin }, digits, 1));
    expect(error.message).to.match(/^x\.yaml:3:8 tasks: 11 tasks/);
  });
});
