import { expect } from 'chai';
import type { Memory } from '../../src/core/memory.js';
import { RandomStreams } from '../../src/core/random.js';
import type { Engine } from '../../src/engine/engine.js';
import { learners } from '../../src/learners/learners.js';
import { initialRunState, reduceRun } from '../../src/experiment/reduce-run.js';
import { engineForTest } from '../engine/engines-under-test.js';
import { contextFor, experiences, learnAll, smallNetwork } from '../../src/testing/learning.js';

const acceptance = { proposed: 50, accepted: 40 };
const noiseScale = { lambda: 0.3, divergence: 0.01 };

/** The memory, telling of what its dreams took and of stored samples. */
function talkative(memory: Memory): Memory {
  return {
    train: (batch) => memory.train(batch),
    dream: async (count) => {
      const dreams = await memory.dream(count);
      return dreams && { ...dreams, acceptance, noiseScale };
    },
    consolidate: (train, teacher) => memory.consolidate(train, teacher),
    bytes: () => memory.bytes(),
    storedSamples: () => 7,
    save: () => memory.save(),
    restore: (snapshot, teacher) => memory.restore(snapshot, teacher),
    dispose: () => {
      memory.dispose();
    },
  };
}

describe('a rehearsal learner', () => {
  let engine: Engine;
  before(async () => {
    engine = await engineForTest();
  });

  it('shows what its memory reports: acceptance and noise scale with each look at dreams, and stored samples', async () => {
    const learner = await learners.rehearsal.make(smallNetwork, contextFor(engine, new RandomStreams(1), talkative));
    const events = await learnAll(learner, experiences.slice(0, 2));
    const measured = events.reduce(reduceRun, initialRunState);
    expect(measured.dreams.map((look) => [look.acceptance, look.noiseScale])).to.deep.equal(
      // After the first task, and before and after the second.
      Array.from({ length: 3 }, () => [acceptance, noiseScale]),
    );
    expect(learner.footprint().storedSamples).to.equal(7);
    learner.dispose();
  });
});
