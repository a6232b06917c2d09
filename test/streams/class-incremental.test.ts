import { expect } from 'chai';
import fc from 'fast-check';
import { arraySamples } from '../../src/core/array-samples.js';
import type { Dataset, Samples } from '../../src/core/dataset.js';
import type { Experience } from '../../src/core/experience.js';
import { RandomStreams } from '../../src/core/random.js';
import { classIncrementalStream } from '../../src/streams/class-incremental.js';
import { captureError } from '../support/capture-error.js';
import { labelled } from '../scenarios/some-scenario.js';

type Options = Parameters<typeof classIncrementalStream>[0];

const streamOf = (options: Partial<Options>, dataset: Dataset, seed = 1) =>
  classIncrementalStream(
    { tasks: 2, classOrder: 'ascending', ...options },
    { dataset, random: new RandomStreams(seed) },
  );

/** Every experience with the evaluation set that it adds. */
async function all(options: Partial<Options>, dataset: Dataset, seed = 1) {
  const stream = streamOf(options, dataset, seed);
  const taken: { readonly experience: Experience; readonly test: Samples }[] = [];
  for await (const experience of stream.experiences) {
    const test = stream.evaluation.find(({ seenFrom }) => seenFrom === experience.index)?.samples;
    if (test === undefined) throw new Error(`experience ${experience.index} is not measured`);
    taken.push({ experience, test });
  }
  return taken;
}

/** Index, classes and new classes of the first so many experiences. */
async function taken(experiences: AsyncIterable<Experience>, most: number) {
  const found: unknown[] = [];
  for await (const { index, classes, newClasses } of experiences) {
    found.push([index, classes, newClasses]);
    if (found.length === most) break;
  }
  return found;
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
const twoTasks = { tasks: 2 };

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
    const [task] = await all({ tasks: [[3, 0]] }, dataset);
    expect(task?.experience.classes).to.deep.equal([3, 0]);
    expect(task === undefined ? [] : values(task.experience.train)).to.deep.equal([1, 2, 5, 6]);
  });

  it('takes the first so many samples of each class where the scenario says so', async () => {
    const [first] = await all({ ...twoTasks, samplesPerClass: { train: 1, test: 1 } }, dataset);
    expect(first === undefined ? [] : values(first.experience.train)).to.deep.equal([0, 1]);
    expect(first === undefined ? [] : values(first.test)).to.deep.equal([1002, 1003]);
    const fewShot = await all({ ...twoTasks, samplesPerClass: { train: ['all', 1] } }, dataset);
    const whole = await all(twoTasks, dataset);
    expect(fewShot.map(({ experience }) => experience.train.size)).to.deep.equal([whole[0]?.experience.train.size, 2]);
    const [other] = await all({ ...twoTasks, samplesPerClass: { train: 2 } }, dataset);
    expect([other?.experience.train.size, other?.test.size]).to.deep.equal([4, 3]);
  });

  it('copies nothing: its samples change with the array that the data set is made of', async () => {
    const features = Float32Array.of(0, 1, 2, 3);
    const samples = arraySamples({ features, labels: Int32Array.of(0, 1, 0, 1), shape: [1] });
    const [task] = await all({ tasks: 1 }, { ...dataset, classes: [0, 1], train: samples, test: samples });
    features.set([7, 8, 9, 10]);
    expect(task && [values(task.experience.train), values(task.test)]).to.deep.equal([
      [7, 8, 9, 10],
      [7, 8, 9, 10],
    ]);
  });

  it('shows a learner nothing of test data and of tasks to come', async () => {
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
    const stream = streamOf({ tasks: [[0, 1], [2, 0], [1, 2]] }, dataset); // prettier-ignore
    const taken: Experience[] = [];
    for await (const experience of stream.experiences) taken.push(experience);
    expect(taken.map(({ newClasses }) => newClasses)).to.deep.equal([[0, 1], [2], []]);
    expect(taken.map(({ train }) => train.size)).to.deep.equal([5, 4, 5]);
    expect(stream.evaluation.map(({ classes, seenFrom }) => [classes, seenFrom])).to.deep.equal([
      [[0, 1], 1],
      [[2], 2],
    ]);
  });

  it('repeats its groups as often as it is said, or without an end, and then has no length', async () => {
    const twice = streamOf({ ...twoTasks, repeat: 2 }, dataset);
    expect(await taken(twice.experiences, 9)).to.deep.equal([
      [1, [0, 1], [0, 1]],
      [2, [2, 3], [2, 3]],
      [3, [0, 1], []],
      [4, [2, 3], []],
    ]);
    expect([twice.length, twice.evaluation.length]).to.deep.equal([4, 2]);
    const endless = streamOf({ ...twoTasks, repeat: 'forever' }, dataset);
    expect(endless).not.to.have.property('length');
    expect((await taken(endless.experiences, 1001)).at(-1)).to.deep.equal([1001, [0, 1], []]);
  });

  it('gives the number of the group as task label where it is asked to, in training and in evaluation', async () => {
    const stream = streamOf({ ...twoTasks, repeat: 2, taskLabels: true }, dataset);
    const labels: (number | undefined)[] = [];
    for await (const { taskLabel } of stream.experiences) labels.push(taskLabel);
    expect(labels).to.deep.equal([1, 2, 1, 2]);
    expect(stream.evaluation.map(({ taskLabel }) => taskLabel)).to.deep.equal([1, 2]);
    expect(stream.gives.taskLabels).to.equal(true);
  });

  it('fails with the reason for a split that the data do not allow', async () => {
    const error = await captureError(() => all({ tasks: 3 }, dataset));
    expect(error.code).to.equal('bad-scenario');
    expect(error.message).to.include('3 tasks cannot share the 4 classes');
  });

  it('refuses a class that has samples of one part only', async () => {
    const lacking = labelled([0, 1], [0, 0]);
    const error = await captureError(() => all({ tasks: 2 }, lacking));
    expect(error.code).to.equal('bad-scenario');
    expect(error.message).to.include('class 1 of data set "labelled" has no test samples');
    const other = await captureError(() => all({ tasks: 2 }, labelled([0], [0, 1])));
    expect(other.message).to.include('class 1 of data set "labelled" has no training samples');
  });

  it('shares the samples out: every one in exactly one task, with its own class, whatever labels and seed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5), { maxLength: 60 }), fc.integer(), async (labels, seed) => {
        const six = [0, 1, 2, 3, 4, 5];
        const trainLabels = [...labels, ...six];
        const tasks = await all({ tasks: 3, classOrder: 'random' }, labelled(trainLabels, [...six, ...labels]), seed);
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
