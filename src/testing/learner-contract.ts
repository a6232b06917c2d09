import { expect } from 'chai';
import { before, describe, it } from './runner.js';
import { rowRange } from '../core/dataset.js';
import type { LearnerEvent } from '../core/events.js';
import type { Learner } from '../core/learner.js';
import { topClasses } from '../core/teacher.js';
import { RandomStreams, type RandomState } from '../core/random.js';
import type { StateSnapshot } from '../core/snapshot.js';
import type { Engine } from '../engine/engine.js';
import { outputsOf, accuracyOn, contextFor, data, experiences, firstExperience, learnAll } from './learning.js';
import type { LearnerContext } from '../learners/context.js';

/** What not every learner claims. */
export interface LearnerClaims {
  /** Whether it hands out functions to be exported; true unless given. */
  readonly exports?: boolean;
  /** Whether it may be one that cannot be saved within an experience. */
  readonly mayLackWithin?: boolean;
}

/**
 * What every learner must do; its suite is defined where this is called.
 *
 * @param makeEngine of the engine that it is tried on
 * @param make it, for {@link contextFor}
 */
export function learnerContract(
  name: string,
  makeEngine: () => Promise<Engine>,
  make: (context: LearnerContext) => Learner | Promise<Learner>,
  { exports = true, mayLackWithin = false }: LearnerClaims = {},
): void {
  describe(`learner ${name} keeps the contract`, () => {
    let engine: Engine;
    before(async () => {
      engine = await makeEngine();
    });

    it('learns a task', async () => {
      const learner = await make(contextFor(engine, new RandomStreams(1)));
      await learnAll(learner, experiences.slice(0, 1));
      expect(await accuracyOn(learner, [0, 1])).to.be.greaterThan(0.95);
      learner.dispose();
    });

    it('predicts only classes that it has met', async () => {
      const learner = await make(contextFor(engine, new RandomStreams(1)));
      await learnAll(learner, experiences.slice(0, 2));
      const all = new Float32Array(data.test.size * 16);
      data.test.copyRows(rowRange(0, data.test.size), all);
      const { labels: predicted } = await learner.predict(all, data.test.size);
      expect(predicted).to.have.length(data.test.size);
      expect([...new Set(predicted)].filter((label) => ![0, 1, 2, 3].includes(label))).to.deep.equal([]);
      learner.dispose();
    });

    it('reports every batch, in order, with finite losses', async () => {
      const learner = await make(contextFor(engine, new RandomStreams(1)));
      const batches = (await learnAll(learner, experiences.slice(0, 1))).filter(
        (event) => event.type === 'batch-trained',
      );
      expect(batches.length).to.be.greaterThan(0);
      batches.forEach((batch, i) => {
        expect([batch.task, batch.iteration]).to.deep.equal([1, i + 1]);
        expect(Object.values(batch.losses).every(Number.isFinite)).to.equal(true);
      });
      expect(batches.at(-1)?.iteration).to.equal(batches.at(-1)?.iterations);
      learner.dispose();
    });

    it('is repeatable: the same seed gives the same state', async () => {
      const states = [];
      for (let run = 0; run < 2; run++) {
        const learner = await make(contextFor(engine, new RandomStreams(4)));
        await learnAll(learner, experiences.slice(0, 2));
        states.push(await learner.save());
        learner.dispose();
      }
      expect(states[0]).to.deep.equal(states[1]);
    });

    it('restored from its state, learns on bit for bit the same', async () => {
      const random = new RandomStreams(2);
      const original = await make(contextFor(engine, random));
      await learnAll(original, experiences.slice(0, 2));
      const [state, draws] = [await original.save(), structuredClone(random.save())];

      const randomAgain = new RandomStreams(2);
      const restored = await make(contextFor(engine, randomAgain));
      await restored.restore({
        json: JSON.parse(JSON.stringify(state.json)) as typeof state.json,
        tensors: state.tensors,
      });
      for (const experience of experiences.slice(0, 2)) restored.reattach?.(experience);
      randomAgain.restore(draws);
      for (const learner of [original, restored]) await learnAll(learner, experiences.slice(2));
      expect(await restored.save()).to.deep.equal(await original.save());
      expect(restored.footprint()).to.deep.equal(original.footprint());
      original.dispose();
      restored.dispose();
    });

    it('where it says so, is saved within a task and goes on behind that iteration bit for bit the same', async () => {
      const at = 37;
      const control = { checkpointAfter: (iteration: number) => iteration === at };
      const random = new RandomStreams(2);
      const original = await make(contextFor(engine, random));
      if (original.savesWithinExperience !== true) {
        expect(mayLackWithin).to.equal(true);
        original.dispose();
        return;
      }
      const [first, second] = experiences;
      if (first === undefined || second === undefined) throw new Error('there are three experiences');
      await learnAll(original, [first]);
      let saved: { readonly state: StateSnapshot; readonly draws: Record<string, RandomState> } | undefined;
      const rest: LearnerEvent[] = [];
      let steps = 0;
      for await (const event of original.learn(second, control)) {
        if (saved !== undefined) rest.push(event);
        if (event.type !== 'batch-trained') continue;
        steps = event.iterations;
        if (event.iteration === Math.min(at, event.iterations - 1)) {
          saved = structuredClone({ state: await original.save(), draws: random.save() });
        }
      }
      if (saved === undefined) throw new Error(`nothing was saved within ${steps} steps`);

      const randomAgain = new RandomStreams(2);
      const restored = await make(contextFor(engine, randomAgain));
      await restored.restore(saved.state);
      randomAgain.restore(saved.draws);
      restored.reattach?.(first);
      const again: LearnerEvent[] = [];
      for await (const event of restored.learn(second, control)) again.push(event);
      expect(again).to.deep.equal(rest);
      expect(await restored.save()).to.deep.equal(await original.save());
      original.dispose();
      restored.dispose();
    });

    it('can be asked between two events', async () => {
      const learner = await make(contextFor(engine, new RandomStreams(1)));
      const accuracies = [];
      for await (const event of learner.learn(firstExperience)) {
        if (event.type === 'batch-trained') accuracies.push(await accuracyOn(learner, [0, 1]));
      }
      expect(accuracies.at(-1)).to.be.greaterThan(0.95);
      learner.dispose();
    });

    it(exports ? 'hands out a function that classifies as it does' : 'hands out no function', async () => {
      const learner = await make(contextFor(engine, new RandomStreams(1)));
      await learnAll(learner, experiences.slice(0, 2));
      const [trained] = (await learner.trainedFunctions?.()) ?? [];
      expect(trained !== undefined).to.equal(exports);
      if (trained !== undefined) {
        const count = data.test.size;
        const features = new Float32Array(count * 16);
        data.test.copyRows(rowRange(0, count), features);
        const { logits = new Float32Array() } = await outputsOf(engine, trained, { x: features }, count);
        const chosen = topClasses(logits, trained.classes ?? [], count);
        expect(chosen).to.deep.equal((await learner.predict(features, count)).labels);
      }
      learner.dispose();
    });

    it('stops when nobody pulls, and leaves nothing in the engine', async () => {
      const before = engine.liveBuffers();
      const learner = await make(contextFor(engine, new RandomStreams(1)));
      for await (const event of learner.learn(firstExperience)) {
        if (event.type === 'batch-trained') break;
      }
      learner.dispose();
      await Promise.resolve();
      expect(engine.liveBuffers()).to.equal(before);
    });

    it('holds as many buffers after the third task as after the second', async () => {
      const learner = await make(contextFor(engine, new RandomStreams(1)));
      const held = [];
      for (const experience of experiences) {
        await learnAll(learner, [experience]);
        await accuracyOn(learner, [0, 1]);
        held.push(engine.liveBuffers());
      }
      expect(held[2]).to.equal(held[1]);
      learner.dispose();
    });
  });
}
