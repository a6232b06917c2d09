import { expect } from 'chai';
import type { Learner } from '../../src/core/learner.js';
import type { Memory } from '../../src/core/memory.js';
import { rowsOfClasses } from '../../src/core/dataset.js';
import { RandomStreams, randomStream } from '../../src/core/random.js';
import { withCompanion } from '../../src/engine/worker/companion.js';
import type { Engine } from '../../src/engine/engine.js';
import { learners } from '../../src/learners/learners.js';
import { engineForTest } from '../engine/engines-under-test.js';
import { accuracyOn, contextFor, data, firstExperience, learnAll, smallNetwork } from '../../src/testing/learning.js';

/** A memory that is `memory` but for the methods in `changed`. */
function changedMemory(memory: Memory, changed: Partial<Memory>): Memory {
  return {
    train: (batch) => memory.train(batch),
    dream: (count) => memory.dream(count),
    consolidate: (train, teacher) => memory.consolidate(train, teacher),
    bytes: () => memory.bytes(),
    save: () => memory.save(),
    restore: (snapshot, teacher) => memory.restore(snapshot, teacher),
    dispose: () => {
      memory.dispose();
    },
    ...changed,
  };
}

/** Few steps a task: the memory needs each of them. */
const small = { ...smallNetwork, memoryEvery: 1 };

/** Accuracy over all classes after three tasks, mean of three seeds, with the memory changed so. */
async function accuracyWith(engine: Engine, change: (memory: Memory) => Memory): Promise<number> {
  let total = 0;
  for (const seed of [1, 2, 3]) {
    const learner = await learners.rehearsal.make(small, contextFor(engine, new RandomStreams(seed), change));
    await learnAll(learner);
    total += (await accuracyOn(learner, data.classes)) / 3;
    learner.dispose();
  }
  return total;
}

/** What rehearsal must reach, and what it must fall short of when a part of it is broken. */
const remembered = 0.93;

describe('rehearsal', () => {
  let engine: Engine;
  before(async () => {
    engine = await engineForTest();
  });

  it('remembers all classes by its dreams, with no sample stored', async () => {
    expect(await accuracyWith(engine, (memory) => memory)).to.be.greaterThan(remembered);
  });

  // Each of the following takes away one thing that makes rehearsal work, and the accuracy above must be gone. They are
  // what makes the test above mean something: it would fail if the code had the same fault.
  describe('is lost', () => {
    it('if dreams are noise', async () => {
      const random = randomStream(1);
      const noise = (memory: Memory): Memory =>
        changedMemory(memory, {
          dream: async (count) => {
            const dreams = await memory.dream(count);
            return dreams && { ...dreams, features: dreams.features.map(() => random.uniform()) };
          },
        });
      expect(await accuracyWith(engine, noise)).to.be.lessThan(remembered);
    });

    it('if labels are random', async () => {
      const random = randomStream(1);
      const mislabelled = (memory: Memory): Memory =>
        changedMemory(memory, {
          dream: async (count) => {
            const dreams = await memory.dream(count);
            return dreams && { ...dreams, logits: dreams.logits.map(() => 20 * random.normal()) };
          },
        });
      expect(await accuracyWith(engine, mislabelled)).to.be.lessThan(remembered);
    });

    it('if nothing is replayed: then it is fine-tuning', async () => {
      const silent = (memory: Memory): Memory => changedMemory(memory, { dream: () => Promise.resolve(undefined) });
      // Two of six classes: the last task's.
      expect(await accuracyWith(engine, silent))
        .to.be.closeTo(2 / 6, 0.05)
        .and.lessThan(remembered);
    });
  });

  it('lets the memory train at every so many steps of each task, and shows its loss there', async () => {
    let trained = 0;
    const counted = (memory: Memory): Memory =>
      changedMemory(memory, {
        train: (batch) => {
          trained++;
          return memory.train(batch);
        },
      });
    const context = contextFor(engine, new RandomStreams(1), counted);
    const learner = await learners.rehearsal.make({ ...small, memoryEvery: 3 }, context);
    const steps = (await learnAll(learner)).filter((event) => event.type === 'batch-trained');
    const reported = steps.filter(({ losses }) => 'memory' in losses);
    expect(reported.map(({ iteration }) => iteration % 3)).to.deep.equal(reported.map(() => 1));
    expect(reported).to.have.length(trained);
    expect(trained).to.equal(steps.filter(({ iteration }) => iteration % 3 === 1).length);
    learner.dispose();
  });

  it('shows how healthy its dreams are: of every class it knows, and agreed upon with its teacher', async () => {
    const learner = await learners.rehearsal.make(small, contextFor(engine, new RandomStreams(1)));
    const events = await learnAll(learner);
    const drawn = events.filter((event) => event.type === 'dreams-drawn');
    // After task 1 once, after tasks 2 and 3 twice: as they were while learning, and as they are now.
    expect(drawn.map(({ task, classes }) => [task, classes.length])).to.deep.equal([
      [1, 2],
      [2, 2],
      [2, 4],
      [3, 4],
      [3, 6],
    ]);
    for (const { histogram, count, teacherAgreement } of drawn) {
      expect(histogram.reduce((a, b) => a + b)).to.equal(count);
      expect(Math.min(...histogram)).to.be.greaterThan(0);
      if (teacherAgreement !== undefined) expect(teacherAgreement).to.be.within(0.8, 1);
    }
    expect(learner.footprint().storedSamples).to.equal(0);
    learner.dispose();
  });

  it('carries no training row from task to task: none is among the bytes that it saves', async () => {
    expect(await rowsSavedBy(await learners.rehearsal.make(small, contextFor(engine, new RandomStreams(1))))).to.equal(
      0,
    );
    // A learner that stores samples shows that rows would be found.
    const storing = await learners['a-gem'].make(
      { ...smallNetwork, bufferSize: 30 },
      contextFor(engine, new RandomStreams(1)),
    );
    expect(await rowsSavedBy(storing)).to.equal(30);
  });

  /** How many training rows are among the bytes that a learner saves after all tasks. */
  async function rowsSavedBy(learner: Learner): Promise<number> {
    await learnAll(learner);
    const { tensors } = await learner.save();
    const saved = Buffer.concat(
      Object.values(tensors).map(({ data: d }) => Buffer.from(d.buffer, d.byteOffset, d.byteLength)),
    );
    const row = new Float32Array(data.train.width);
    const found = Array.from({ length: data.train.size }, (_, i) => {
      data.train.copyRows([i], row);
      return saved.includes(Buffer.from(row.buffer));
    });
    learner.dispose();
    return found.filter(Boolean).length;
  }

  it('learns the same, to the byte, whether an companion engine trains the classifier or not', async () => {
    const states = [];
    for (const cores of [1, 2]) {
      const learner = await learners.rehearsal.make(
        smallNetwork,
        contextFor(withCompanion(engine, 'ort', cores), new RandomStreams(1), (memory) => memory),
      );
      await learnAll(learner);
      states.push(await learner.save());
      learner.dispose();
    }
    expect(states[1]).to.deep.equal(states[0]);
  });

  describe('after a task of four classes and one of two', () => {
    const four = { index: 1, classes: [0, 1, 2, 3], newClasses: [0, 1, 2, 3] };
    const uneven = [
      { ...four, train: data.train.select(rowsOfClasses(data.train, four.classes)) },
      { index: 2, classes: [4, 5], newClasses: [4, 5], train: data.train.select(rowsOfClasses(data.train, [4, 5])) },
    ];

    /** Weight of the new rows in the last step of the memory. */
    async function weightOfNew(options: { readonly newShare?: 'tasks' }): Promise<number> {
      let weight = 0;
      const watched = (memory: Memory): Memory =>
        changedMemory(memory, {
          train: (batch) => {
            const real = batch.count - (batch.dreams?.count ?? 0);
            weight = batch.weights.subarray(0, real).reduce((sum, each) => sum + each, 0);
            return memory.train(batch);
          },
        });
      const context = contextFor(engine, new RandomStreams(1), watched);
      const learner = await learners.rehearsal.make({ ...small, ...options }, context);
      await learnAll(learner, uneven);
      learner.dispose();
      return weight;
    }

    it('the new has a third of the weight, in the memory as in the classifier: 2 of 6 classes', async () => {
      expect(await weightOfNew({})).to.be.closeTo(1 / 3, 1e-6);
    });

    it('the new has half of it where weights go by tasks', async () => {
      expect(await weightOfNew({ newShare: 'tasks' })).to.be.closeTo(1 / 2, 1e-6);
    });
  });

  it('learns the same, to the byte, by classes and by tasks where tasks have as many classes', async () => {
    const states = [];
    for (const newShare of ['classes', 'tasks']) {
      const context = contextFor(engine, new RandomStreams(1));
      const learner = await learners.rehearsal.make({ ...smallNetwork, newShare }, context);
      await learnAll(learner);
      states.push(await learner.save());
      learner.dispose();
    }
    expect(states[1]).to.deep.equal(states[0]);
  });

  it('draws as many dreams a step as it is asked for', async () => {
    const counts: number[] = [];
    const counting = (memory: Memory): Memory =>
      changedMemory(memory, {
        dream: (count) => {
          counts.push(count);
          return memory.dream(count);
        },
      });
    const learner = await learners.rehearsal.make(
      { ...smallNetwork, dreams: 7 },
      contextFor(engine, new RandomStreams(1), counting),
    );
    for await (const event of learner.learn(firstExperience)) {
      if (event.type === 'batch-trained') break;
    }
    // Of this step, and of the next, which is prepared while this one trains.
    expect(counts).to.deep.equal([7, 7]);
    learner.dispose();
  });
});
