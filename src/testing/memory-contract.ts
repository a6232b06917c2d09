import { expect } from 'chai';
import { before, describe, it, captureError } from './runner.js';
import { topClasses } from '../core/teacher.js';
import type { Dreams, Memory } from '../core/memory.js';
import { RandomStreams } from '../core/random.js';
import { bytesOf, type Snapshot } from '../core/snapshot.js';
import type { Engine } from '../engine/engine.js';
import { data, medianDistance, nearestClasses, nearestPrototype, teach, trainOnTask } from './taught-memory.js';

/**
 * What every memory must do; its suite is defined where this is called.
 *
 * @param makeEngine of the engine that it is tried on
 * @param make it, e.g. with {@link memoryContext}
 * @param dreamsWell whether its dreams are good enough to be looked at: walks from noise need more training than there is here
 */
export function memoryContract(
  name: string,
  makeEngine: () => Promise<Engine>,
  make: (engine: Engine, random: RandomStreams) => Memory | Promise<Memory>,
  { dreamsWell = true } = {},
): void {
  describe(`memory ${name} keeps the contract`, () => {
    let engine: Engine;
    before(async () => {
      engine = await makeEngine();
    });

    const itOfMemory = (title: string, body: (memory: Memory) => Promise<void>): void => {
      it(title, async () => {
        const memory = await make(engine, new RandomStreams(1));
        await body(memory);
        memory.dispose();
      });
    };

    const dreamsOf = async (memory: Memory, count: number): Promise<Dreams> => {
      const dreams = await memory.dream(count);
      if (dreams === undefined) throw new Error('it dreams of nothing');
      expect(dreams.features).to.have.length(count * data.train.width);
      expect(dreams.logits).to.have.length(count * dreams.classes.length);
      return dreams;
    };

    itOfMemory('dreams of nothing, and keeps nothing, before it consolidated anything', async (memory) => {
      expect(await memory.dream(5)).to.equal(undefined);
      expect(memory.bytes()).to.equal(0);
    });

    if (dreamsWell)
      itOfMemory('after two tasks dreams of the classes of both, and its labels are right', async (memory) => {
        await teach(memory, 1);
        expect([...(await dreamsOf(memory, 1)).classes].sort()).to.deep.equal([0, 1]);
        await teach(memory, 2, 400);
        const dreams = await dreamsOf(memory, 400);
        expect([...dreams.classes].sort()).to.deep.equal([0, 1, 2, 3]);
        // Two centres are about 1.3 apart, and noise N(0, I) lies about 4 from each of them.
        expect(medianDistance(dreams)).to.be.lessThan(0.5);
        const [near, said] = [nearestClasses(dreams), topClasses(dreams.logits, dreams.classes, 400)];
        expect(said.filter((label, i) => label === near[i]).length / 400).to.be.greaterThan(0.9);
        for (const label of data.classes) expect(near.filter((own) => own === label).length).to.be.greaterThan(20);
      });

    itOfMemory('gives new dreams at every call', async (memory) => {
      await teach(memory, 1, 20);
      expect((await dreamsOf(memory, 8)).features).not.to.deep.equal((await dreamsOf(memory, 8)).features);
    });

    it('is repeatable: the same seed gives the same state', async () => {
      const states: Snapshot[] = [];
      for (let run = 0; run < 2; run++) {
        const memory = await make(engine, new RandomStreams(4));
        await teach(memory, 1, 20);
        await teach(memory, 2, 20);
        states.push(await memory.save());
        memory.dispose();
      }
      expect(states[0]).to.deep.equal(states[1]);
    });

    it('restored from its state, dreams and learns on bit for bit the same', async () => {
      const random = new RandomStreams(2);
      const original = await make(engine, random);
      await teach(original, 1, 30);
      const [state, draws] = [await original.save(), structuredClone(random.save())];

      const randomAgain = new RandomStreams(7);
      const restored = await make(engine, randomAgain);
      const json = JSON.parse(JSON.stringify(state.json)) as typeof state.json;
      await restored.restore({ json, tensors: state.tensors }, nearestPrototype([0, 1]));
      randomAgain.restore(draws);
      expect(restored.bytes()).to.equal(original.bytes());
      expect(await restored.dream(10)).to.deep.equal(await original.dream(10));
      for (const memory of [original, restored]) await teach(memory, 2, 30);
      expect(await restored.save()).to.deep.equal(await original.save());
      expect(await restored.dream(10)).to.deep.equal(await original.dream(10));
      original.dispose();
      restored.dispose();
    });

    it('saved in the middle of a task, where it says that it may be, goes on bit for bit the same', async () => {
      for (const task of [1, 2]) {
        const random = new RandomStreams(2);
        const original = await make(engine, random);
        if (original.savesWithinTask !== true) {
          original.dispose();
          return;
        }
        if (task === 2) await teach(original, 1, 30);
        await trainOnTask(original, task, 5);
        const [state, draws] = [await original.save(), structuredClone(random.save())];

        const randomAgain = new RandomStreams(7);
        const restored = await make(engine, randomAgain);
        const json = JSON.parse(JSON.stringify(state.json)) as typeof state.json;
        await restored.restore({ json, tensors: state.tensors }, task === 2 ? nearestPrototype([0, 1]) : undefined);
        randomAgain.restore(draws);
        expect(await restored.save()).to.deep.equal(state);
        expect(restored.bytes()).to.equal(original.bytes());
        expect(await restored.dream(10)).to.deep.equal(await original.dream(10));
        for (const memory of [original, restored]) {
          const train = await trainOnTask(memory, task, 5);
          await memory.consolidate(train, nearestPrototype(task === 1 ? [0, 1] : [0, 1, 2, 3]));
        }
        expect(await restored.save()).to.deep.equal(await original.save());
        expect(await restored.dream(10)).to.deep.equal(await original.dream(10));
        original.dispose();
        restored.dispose();
      }
    });

    itOfMemory('saved between tasks, writes no parameters twice', async (memory) => {
      await teach(memory, 1, 3);
      const between = bytesOf(await memory.save());
      await trainOnTask(memory, 1, 1);
      // Within a task the frozen network is there as well.
      if (memory.savesWithinTask === true) expect(bytesOf(await memory.save())).to.be.greaterThan(between);
    });

    it('restored from the state of before any task, learns as a new one does', async () => {
      const random = new RandomStreams(2);
      const original = await make(engine, random);
      const restored = await make(engine, new RandomStreams(2));
      await restored.restore(await original.save(), undefined);
      expect(await restored.dream(1)).to.equal(undefined);
      for (const memory of [original, restored]) await teach(memory, 1, 5);
      expect(await restored.save()).to.deep.equal(await original.save());
      original.dispose();
      restored.dispose();
    });

    itOfMemory('keeps no training row: no saved value sequence equals one', async (memory) => {
      await teach(memory, 1, 30);
      const { tensors } = await memory.save();
      const bytes = Buffer.concat(
        Object.values(tensors).map(({ data: d }) => Buffer.from(d.buffer, d.byteOffset, d.byteLength)),
      );
      const row = new Float32Array(data.train.width);
      for (let i = 0; i < data.train.size; i++) {
        data.train.copyRows([i], row);
        expect(bytes.includes(Buffer.from(row.buffer))).to.equal(false);
      }
    });

    itOfMemory(
      'counts no more bytes than it saves, the teacher aside, and no fewer than it cannot do without',
      async (memory) => {
        await teach(memory, 1, 5);
        const saved = bytesOf(await memory.save());
        // Adam has two moments for each parameter, which are saved and not counted: at least a third is what dreams. The
        // teacher of this test says that it has 1000 bytes.
        expect(memory.bytes()).to.be.within(saved / 3, saved + 1000);
      },
    );

    it('disposes every teacher in the end', async () => {
      const memory = await make(engine, new RandomStreams(1));
      const teachers = [await teach(memory, 1, 2), await teach(memory, 2, 2)];
      memory.dispose();
      expect(teachers.map(({ disposed }) => disposed)).to.deep.equal([true, true]);
    });

    it('leaves nothing in the engine when disposed, and holds no more after one task more', async () => {
      const before = engine.liveBuffers();
      const memory = await make(engine, new RandomStreams(1));
      const held: number[] = [];
      for (const task of [1, 2, 2, 2]) {
        await teach(memory, task, 2);
        await memory.dream(3);
        held.push(engine.liveBuffers());
      }
      expect(held[3]).to.equal(held[2]);
      memory.dispose();
      await Promise.resolve();
      expect(engine.liveBuffers()).to.equal(before);
    });

    it('refuses a saved state that lacks a part', async () => {
      const memory = await make(engine, new RandomStreams(1));
      await teach(memory, 1, 2);
      const { json, tensors } = await memory.save();
      const parts = Object.keys(json as Record<string, unknown>);
      expect(parts.length).to.be.greaterThan(0);
      for (const lost of parts) {
        const rest = Object.fromEntries(Object.entries(json as Record<string, never>).filter(([key]) => key !== lost));
        const other = await make(engine, new RandomStreams(1));
        const error = await captureError(() => other.restore({ json: rest, tensors }, nearestPrototype([0, 1])));
        expect(error.code, lost).to.equal('bad-checkpoint');
        other.dispose();
      }
      memory.dispose();
    });
  });
}
