import { expect } from 'chai';
import fc from 'fast-check';
import type { Dataset, Samples } from '../../src/core/dataset.js';
import type { Experience } from '../../src/core/experience.js';
import type { Scenario } from '../../src/scenarios/scenario.js';
import { taskGroups } from '../../src/scenarios/task-groups.js';
import { classIncrementalStream } from '../../src/streams/class-incremental.js';
import { captureError } from '../support/capture-error.js';
import { labelled, someScenario } from '../scenarios/some-scenario.js';

const streamOf = (scenario: Scenario, dataset: Dataset, seed = 1) =>
  classIncrementalStream(
    { groups: taskGroups(scenario, dataset, seed), samplesPerClass: scenario.samplesPerClass },
    dataset,
  );

/** Every experience with the evaluation set that it adds. */
async function all(scenario: Scenario, dataset: Dataset, seed = 1) {
  const stream = streamOf(scenario, dataset, seed);
  const taken: { readonly experience: Experience; readonly test: Samples }[] = [];
  for await (const experience of stream.experiences) {
    const test = stream.evaluation.find(({ seenFrom }) => seenFrom === experience.index)?.samples;
    if (test === undefined) throw new Error(`experience ${experience.index} is not measured`);
    taken.push({ experience, test });
  }
  return taken;
}

/** The one feature of each row. */
function values(samples: Samples): readonly number[] {
  const out = new Float32Array(samples.size);
  samples.copyRows(
    Uint32Array.from(out, (_, i) => i),
    out,
  );
  return Array.from(out);
}

const dataset = labelled([1, 0, 3, 2, 1, 0, 3, 2, 1], [3, 2, 1, 0, 0]);
const twoTasks = { ...someScenario, tasks: 2 };

describe('the class-incremental stream', () => {
  it('gives each task its number, its classes and all their samples, in the order of the data set', async () => {
    const tasks = await all(twoTasks, dataset);
    expect(tasks.map(({ experience }) => [experience.index, experience.classes])).to.deep.equal([
      [1, [0, 1]],
      [2, [2, 3]],
    ]);
    expect(tasks.map(({ experience }) => values(experience.train))).to.deep.equal([
      [0, 1, 4, 5, 8],
      [2, 3, 6, 7],
    ]);
    expect(tasks.map(({ test }) => values(test))).to.deep.equal([
      [1002, 1003, 1004],
      [1000, 1001],
    ]);
  });

  it('keeps the order of the data set whatever the order of the classes', async () => {
    const [task] = await all({ ...someScenario, tasks: [[3, 0]] }, dataset);
    expect(task?.experience.classes).to.deep.equal([3, 0]);
    expect(task === undefined ? [] : values(task.experience.train)).to.deep.equal([1, 2, 5, 6]);
  });

  it('takes the first so many samples of each class where the scenario says so', async () => {
    const [first] = await all({ ...twoTasks, samplesPerClass: { train: 1, test: 1 } }, dataset);
    expect(first === undefined ? [] : values(first.experience.train)).to.deep.equal([0, 1]);
    expect(first === undefined ? [] : values(first.test)).to.deep.equal([1002, 1003]);
    const [other] = await all({ ...twoTasks, samplesPerClass: { train: 2 } }, dataset);
    expect([other?.experience.train.size, other?.test.size]).to.deep.equal([4, 3]);
  });

  it('copies nothing: it only ever selects from the data set', async () => {
    let copied = 0;
    const watched = (samples: Samples): Samples => ({
      size: samples.size,
      shape: samples.shape,
      width: samples.width,
      label: (row) => samples.label(row),
      copyRows: () => {
        copied++;
      },
      select: (rows) => samples.select(rows),
    });
    const tasks = await all(twoTasks, { ...dataset, train: watched(dataset.train), test: watched(dataset.test) });
    expect(tasks).to.have.length(2);
    expect(copied).to.equal(0);
  });

  it('tells a learner nothing of test data and of tasks to come', async () => {
    const [task] = await all(twoTasks, dataset);
    expect(Object.keys(task?.experience ?? {}).sort()).to.deep.equal(['classes', 'index', 'newClasses', 'train']);
  });

  it('makes an experience when it is pulled and not before, and gives the whole stream to each iteration', async () => {
    let selected = 0;
    const train: Samples = {
      ...dataset.train,
      size: dataset.train.size,
      label: (row) => dataset.train.label(row),
      select: (rows) => {
        selected++;
        return dataset.train.select(rows);
      },
    };
    const stream = streamOf(twoTasks, { ...dataset, train });
    expect(selected).to.equal(0);
    const first = stream.experiences[Symbol.asyncIterator]();
    await first.next();
    expect(selected).to.equal(1);
    let count = 0;
    for await (const { index } of stream.experiences) expect(index).to.equal(++count);
    expect([count, selected]).to.deep.equal([2, 3]);
  });

  it('lets classes come again: they add no output and no evaluation set, and their samples are there again', async () => {
    const stream = classIncrementalStream({ groups: [[0, 1], [2, 0], [1, 2]] }, dataset); // prettier-ignore
    const taken: Experience[] = [];
    for await (const experience of stream.experiences) taken.push(experience);
    expect(taken.map(({ newClasses }) => newClasses)).to.deep.equal([[0, 1], [2], []]);
    expect(taken.map(({ train }) => train.size)).to.deep.equal([5, 4, 5]);
    expect(stream.evaluation.map(({ classes, seenFrom }) => [classes, seenFrom])).to.deep.equal([
      [[0, 1], 1],
      [[2], 2],
    ]);
  });

  it('fails with the reason for a split that the data do not allow', async () => {
    const error = await captureError(() => all({ ...someScenario, tasks: 3 }, dataset));
    expect(error.code).to.equal('bad-scenario');
    expect(error.message).to.include('3 tasks cannot share the 4 classes');
  });

  it('refuses a class that has samples of one part only', async () => {
    const lacking = labelled([0, 1], [0, 0]);
    const error = await captureError(() => all({ ...someScenario, tasks: 2 }, lacking));
    expect(error.code).to.equal('bad-scenario');
    expect(error.message).to.include('class 1 of data set "labelled" has no test samples');
    const other = await captureError(() => all({ ...someScenario, tasks: 2 }, labelled([0], [0, 1])));
    expect(other.message).to.include('class 1 of data set "labelled" has no training samples');
  });

  it('shares the samples out: every one in exactly one task, with its own class, whatever labels and seed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5), { maxLength: 60 }), fc.integer(), async (labels, seed) => {
        const six = [0, 1, 2, 3, 4, 5];
        const trainLabels = [...labels, ...six];
        const tasks = await all(
          { ...someScenario, tasks: 3, classOrder: 'random' },
          labelled(trainLabels, [...six, ...labels]),
          seed,
        );
        const rows = tasks.flatMap(({ experience }) => values(experience.train));
        expect(rows.toSorted((a, b) => a - b)).to.deep.equal(trainLabels.map((_, row) => row));
        for (const { experience, test } of tasks) {
          for (const samples of [experience.train, test]) {
            const found = new Set(Array.from({ length: samples.size }, (_, row) => samples.label(row)));
            expect([...found].sort()).to.deep.equal([...experience.classes].sort());
          }
        }
      }),
      { seed: 4, numRuns: 50 },
    );
  });
});
