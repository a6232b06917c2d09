import { expect } from 'chai';
import { z } from 'zod';
import { rowRange, rowsOfClasses } from '../../src/core/dataset.js';
import { RandomStreams, randomStream } from '../../src/core/random.js';
import type { Engine } from '../../src/engine/engine.js';
import { realBatch, type Batch } from '../../src/learners/batches.js';
import { learners } from '../../src/learners/learners.js';
import type { ModelOptions } from '../../src/learners/model-options.js';
import { Model } from '../../src/learners/model.js';
import { OutputMask } from '../../src/learners/output-rules.js';
import { accuracyOn, contextFor, data, experiences, learnAll, smallNetwork } from '../../src/testing/learning.js';
import { captureError } from '../support/capture-error.js';
import { engineForTest } from '../engine/engines-under-test.js';

const sgd = { name: 'sgd', momentum: 0, nesterov: false } as const;
const [first, second] = experiences.map(({ classes }) => ({ classes, newClasses: classes }));

function modelOf(engine: Engine, options: Partial<ModelOptions> = {}): Model {
  const all = { ...smallNetwork, width: 16, loss: 'cross-entropy', classCount: 6, ...options } as const;
  return new Model(engine, all, randomStream(3));
}

/** Rows of the first experience, or of the second behind them, 8 of each class. */
function batchOf(model: Model, labels: readonly number[]): Batch {
  const rows = labels.flatMap((label) =>
    Array.from({ length: data.train.size }, (_, row) => row)
      .filter((row) => data.train.label(row) === label)
      .slice(0, 8),
  );
  return realBatch(data.train, Uint32Array.from(rows), model.classes);
}

/** Values of the head by the class that they are for, of bias and kernel. */
function headOf(model: Model): Map<number, readonly number[]> {
  const head = Object.entries(model.parameters()).slice(-2);
  return new Map(
    model.classes.map((label, column) => [
      label,
      head.flatMap(([, { shape, data: values }]) => [...values].filter((_, i) => i % (shape.at(-1) ?? 1) === column)),
    ]),
  );
}

/** The classes whose outputs a step moves. */
async function movedBy(model: Model, batch: Batch): Promise<readonly number[]> {
  const before = headOf(model);
  await model.step(batch);
  const after = headOf(model);
  return [...before.keys()].filter((label) => String(before.get(label)) !== String(after.get(label)));
}

describe('the outputs of a model', () => {
  let engine: Engine;
  before(async () => (engine = await engineForTest()));

  /** Taught the classes 0 and 1, and about to be taught 2 and 3. */
  async function atSecond(options: Partial<ModelOptions>): Promise<Model> {
    const model = modelOf(engine, options);
    if (first === undefined || second === undefined) throw new Error('two experiences');
    model.begin(first, 5);
    await model.step(batchOf(model, [0, 1]));
    model.begin(second, 5);
    return model;
  }

  it('are those of the classes seen, or with `all` six from the first task on, which all compete', async () => {
    const losses = await Promise.all(
      (['seen', 'all'] as const).map(async (outputs) => {
        const model = modelOf(engine, { outputs });
        model.begin({ classes: [0, 1], newClasses: [0, 1] }, 5);
        const batch = batchOf(model, [0, 1]);
        const { rowLosses } = await model.step(batch);
        model.dispose();
        return rowLosses.reduce((sum, loss) => sum + loss, 0) / rowLosses.length;
      }),
    );
    // A network that knows nothing gives each of n outputs about 1/n: log 2 = .69 and log 6 = 1.79.
    expect(losses[0]).to.be.within(0.4, 1.1);
    expect(losses[1]).to.be.greaterThan(1.4);
  });

  it('answer with classes seen so far, whatever outputs there are, also frozen, restored and exported', async () => {
    const model = await atSecond({ outputs: 'all' });
    const { features, count } = batchOf(model, [0, 1, 2, 3]);
    const { labels, logits } = await model.predict(features, count);
    expect(logits).to.have.length(count * 4);
    expect([...new Set(labels)].every((label) => [0, 1, 2, 3].includes(label))).to.equal(true);
    const teacher = model.freeze();
    expect(await teacher.label(features, count)).to.deep.equal(logits);
    const again = modelOf(engine, { outputs: 'all', classCount: 4 });
    again.restore(model.save());
    expect((await again.predict(features, count)).logits).to.deep.equal(logits);
    expect(model.trainedFunction().graph(1)['logits']?.shape).to.deep.equal([1, 4]);
    for (const one of [model, again, teacher]) one.dispose();
  });

  it('of other tasks are left as they are with `task`, and of classes that no new row has with `batch`', async () => {
    const moved = await Promise.all(
      (['seen', 'task', 'batch'] as const).map(async (outputs) => {
        const model = await atSecond({ outputs, optimiser: sgd });
        const labels = await movedBy(model, batchOf(model, outputs === 'batch' ? [2] : [2, 3]));
        model.dispose();
        return labels;
      }),
    );
    // A softmax over one output is 1 whatever its logit: alone in its batch, class 2 teaches nothing.
    expect(moved).to.deep.equal([[0, 1, 2, 3], [2, 3], []]);
  });

  it('compete with each other for replayed rows with `batch`, and for new ones within the batch', async () => {
    const model = await atSecond({ outputs: 'batch', optimiser: sgd });
    const batch = { ...batchOf(model, [2, 3, 0]), newRows: 16 };
    expect(await movedBy(model, batch)).to.deep.equal([0, 1, 2, 3]);
    model.dispose();
  });

  it('of a replayed row with `task` are those of the task that first had its class, and its targets sum to as much', () => {
    const mask = new OutputMask('task');
    mask.begin(2, [0, 1]);
    mask.begin(2, [2, 3]);
    const made = mask.of({ count: 2, newRows: 1, targets: Float32Array.of(0, 0, 0, 1, 0.5, 0.25, 0.25, 0) });
    expect([...made.mask].map((value) => value === 0)).to.deep.equal([
      false,
      false,
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
    // .5 and .25 of .75, made to sum to 1.
    [0, 0, 0, 1, 2 / 3, 1 / 3, 0, 0].forEach((value, i) => expect(made.targets[i]).to.be.closeTo(value, 1e-6));
  });

  it('are refused where there is no softmax to leave them out of, and where more classes come than there are', async () => {
    const wrong = captureError(() => modelOf(engine, { outputs: 'task', loss: 'binary-cross-entropy' }));
    expect((await wrong).message).to.match(/outputs: task .* loss: binary-cross-entropy has none/);
    const model = modelOf(engine, { outputs: 'all', classCount: 2 });
    const error = await captureError(() => {
      model.begin({ classes: [0, 1, 2], newClasses: [0, 1, 2] }, 5);
    });
    expect(error.message).to.match(/3 classes came, and .* outputs for the 2 /);
  });

  describe('of every learner that trains a network', () => {
    for (const [name, part] of Object.entries(learners).filter(
      ([, { options }]) => options instanceof z.ZodObject && 'outputs' in options.shape,
    )) {
      it(`may be all from the start: ${name}`, async () => {
        const learner = await part.make({ ...smallNetwork, outputs: 'all' }, contextFor(engine, new RandomStreams(1)));
        await learnAll(learner, experiences.slice(0, 1));
        expect(await accuracyOn(learner, [0, 1])).to.be.greaterThan(0.9);
        learner.dispose();
      });
    }
  });
});

describe('the optimiser of a model', () => {
  /** Four steps, in one task or with a second of the same classes after two of them. */
  async function trained(resetOptimiser: boolean | undefined, begins: readonly number[]): Promise<string> {
    const model = modelOf(await engineForTest(), { resetOptimiser });
    for (const step of [0, 1, 2, 3]) {
      if (begins.includes(step)) model.begin({ classes: [0, 1], newClasses: step === 0 ? [0, 1] : [] }, 4);
      await model.step(batchOf(model, [0, 1]));
    }
    const values = Object.values(model.parameters()).map((tensor) => [...tensor.data].join());
    model.dispose();
    return values.join();
  }

  it('begins anew with each task, or goes on as if there were no tasks', async () => {
    const without = await trained(false, [0]);
    expect(await trained(false, [0, 2])).to.equal(without);
    expect(await trained(true, [0, 2])).not.to.equal(without);
    expect(await trained(undefined, [0, 2])).to.equal(await trained(true, [0, 2]));
  });

  it('keeps its moments where outputs are added', async () => {
    const model = modelOf(await engineForTest(), { resetOptimiser: false });
    model.begin({ classes: [0, 1], newClasses: [0, 1] }, 4);
    await model.step(batchOf(model, [0, 1]));
    model.begin({ classes: [2], newClasses: [2] }, 4);
    const { tensors, json } = model.save();
    expect(json).to.have.nested.property('network.steps', 1);
    const moments = Object.entries(tensors)
      .filter(([key]) => /adam\/m.*\/bias$/.test(key))
      .at(-1)?.[1];
    expect(moments?.shape).to.deep.equal([3]);
    expect([...(moments?.data ?? [])].map((value) => value === 0)).to.deep.equal([false, false, true]);
    model.dispose();
  });

  it('is refused a rate that falls over each task where it does not begin anew', async () => {
    const engine = await engineForTest();
    const error = await captureError(() => modelOf(engine, { decay: 'cosine', resetOptimiser: false }));
    expect(error.message).to.match(/decay: cosine .* resetOptimiser: false/);
  });
});

describe('a learner that is told the task of a sample', () => {
  it('answers among the classes of that task, also when restored', async () => {
    const told = experiences.map((experience) => ({ ...experience, taskLabel: experience.index }));
    const context = contextFor(await engineForTest(), new RandomStreams(1));
    const learner = await learners.finetune.make({ ...smallNetwork, outputs: 'task' }, context);
    await learnAll(learner, told);
    const rows = Uint32Array.from({ length: data.test.size }, (_, row) => row).filter(
      (row) => data.test.label(row) < 2,
    );
    const features = new Float32Array(rows.length * 16);
    data.test.copyRows(rows, features);
    const among = (labels: Int32Array, classes: readonly number[]): number =>
      labels.filter((label) => classes.includes(label)).length;
    const right = (labels: Int32Array): number =>
      labels.filter((label, i) => label === data.test.label(rows[i] ?? 0)).length;
    const asked = async (one: typeof learner) => (await one.predict(features, rows.length, { taskLabel: 1 })).labels;
    const labels = await asked(learner);
    expect(among(labels, [0, 1])).to.equal(rows.length);
    expect(right(labels)).to.be.greaterThan(0.9 * rows.length);
    // Not told, it takes them for classes of the task that it learnt last.
    expect(among((await learner.predict(features, rows.length)).labels, [0, 1])).to.be.lessThan(rows.length);
    const again = await learners.finetune.make(
      { ...smallNetwork, outputs: 'task' },
      contextFor(context.engine, new RandomStreams(2)),
    );
    await again.restore(await learner.save());
    expect(await asked(again)).to.deep.equal(labels);
    for (const one of [learner, again]) one.dispose();
  });

  for (const [name, options] of [
    ['slda', {}],
    ['slda', { ...smallNetwork, features: 'hidden' }],
    ['random-ridge', { width: 50 }],
  ] as const) {
    it(`${name} of ${JSON.stringify(options)} does so whichever class of the task has the first row`, async () => {
      const learner = await learners[name].make(options, contextFor(await engineForTest(), new RandomStreams(1)));
      const backwards = experiences.map(({ train, ...experience }) => {
        const rows = Array.from({ length: train.size }, (_, i) => train.size - 1 - i);
        return { ...experience, taskLabel: experience.index, train: train.select(rows) };
      });
      await learnAll(learner, backwards);
      for (const { classes, taskLabel } of backwards) {
        const test = data.test.select(rowsOfClasses(data.test, classes));
        const features = new Float32Array(test.size * 16);
        test.copyRows(rowRange(0, test.size), features);
        const { labels } = await learner.predict(features, test.size, { taskLabel });
        expect(labels.filter((label, row) => label === test.label(row)).length).to.be.greaterThan(0.9 * test.size);
      }
      learner.dispose();
    });
  }
});
