import { expect } from 'chai';
import { rowsOfClasses } from '../../src/core/dataset.js';
import type { Encoder } from '../../src/core/encoder.js';
import { topClasses } from '../../src/core/teacher.js';
import type { Dreams, Memory } from '../../src/core/memory.js';
import { randomStream, RandomStreams } from '../../src/core/random.js';
import type { Engine } from '../../src/engine/engine.js';
import { memoryBatch } from '../../src/learners/memory-batch.js';
import { AutoencoderMemory } from '../../src/memory/autoencoder-memory.js';
import { Autoencoder } from '../../src/memory/autoencoders/autoencoder.js';
import { denseAutoencoder } from '../../src/memory/autoencoders/dense-autoencoder.js';
import type { MemoryNetwork } from '../../src/memory/autoencoders/memory-network.js';
import { encoders } from '../../src/memory/encoders.js';
import { learnerAsTeacher } from '../../src/memory/teachers.js';
import { samplers } from '../../src/memory/sampling/samplers.js';
import { engineForTest } from '../engine/engines-under-test.js';
import { data, nearestPrototype, teach } from '../../src/testing/taught-memory.js';
import { changed } from '../representation/some-network.js';

const newArray = (length: number): Float32Array => new Float32Array(length);

/** A step of the memory: what the network was shown, and asked to make of it. */
interface Shown {
  readonly x: Float32Array;
  readonly target: Float32Array;
  readonly labels: Int32Array;
}

/** The network, which is trained as always, with a look at each of its steps. */
function watched(network: Autoencoder, seen: Shown[]): MemoryNetwork {
  return changed(network, {
    train: (batch, x, target, weights, { labels }) => {
      seen.push({ x: x.slice(), target: target.slice(), labels: labels.slice() });
      return network.train(batch, x, target, weights);
    },
  });
}

async function makeMemory(engine: Engine, encoder: Encoder, seen: Shown[] = []): Promise<Memory> {
  const random = new RandomStreams(1);
  const options = { width: 16, latent: 6, hidden: [32], activation: 'relu', learningRate: 0.003 } as const;
  return new AutoencoderMemory({
    autoencoder: watched(new Autoencoder(engine, denseAutoencoder(options), random.stream('autoencoder')), seen),
    encoder,
    sampler: await samplers.latent.make({ components: 1 }, undefined),
    teachers: learnerAsTeacher,
    refitDreams: 200,
    random: { encoder: random.stream('encoder'), sampler: random.stream('sampler') },
  });
}

describe('an encoder in a stream of tasks', () => {
  let engine: Engine;
  before(async () => {
    engine = await engineForTest();
  });

  /** A step of the second task, with 32 samples of classes 2 and 3 and 32 dreams of classes 0 and 1. */
  async function secondTask(encoder: Encoder): Promise<{ shown: Shown; dreams: Dreams }> {
    const seen: Shown[] = [];
    const memory = await makeMemory(engine, encoder, seen);
    await teach(memory, 1);
    const train = data.train.select(rowsOfClasses(data.train, [2, 3]));
    const random = randomStream(4);
    const dreams = await memory.dream(32);
    if (dreams === undefined) throw new Error('no dreams');
    const rows = Uint32Array.from({ length: 32 }, () => random.integer(train.size));
    await memory.train(memoryBatch(train, rows, dreams, 1 / 2, 1, newArray));
    memory.dispose();
    const shown = seen.at(-1);
    if (shown === undefined) throw new Error('no step');
    return { shown, dreams };
  }

  /** All samples of a class. */
  const samplesOf = (label: number | undefined): readonly string[] => {
    const rows = rowsOfClasses(data.train, [label ?? -1]);
    const values = new Float32Array(rows.length * 16);
    data.train.copyRows(rows, values);
    return Array.from(rows, (_, i) => rowOf(values, i));
  };

  const rowOf = (values: Float32Array, row: number): string => values.subarray(row * 16, (row + 1) * 16).join();

  it('icrst: the target of a dream is a dream of the class that the teacher gave it, of a sample one of its class', async () => {
    const { shown, dreams } = await secondTask(await encoders.icrst.make({ p: 1 }, undefined));
    const choices = topClasses(dreams.logits, dreams.classes, dreams.count);
    // No sample of the old classes is anywhere: what stands for them are dreams, here those of the task's first batch.
    expect([...shown.labels.subarray(32)]).to.deep.equal([...choices]);
    expect([...new Set(choices)].sort()).to.deep.equal([0, 1]);
    let others = 0;
    for (let row = 0; row < 64; row++) {
      const target = rowOf(shown.target, row);
      const own = shown.labels[row];
      const dreamt = [...shown.labels.keys()].filter((other) => other >= 32 && shown.labels[other] === own);
      const candidates = row < 32 ? samplesOf(own) : dreamt.map((other) => rowOf(shown.x, other));
      expect(candidates).to.include(target);
      if (target !== rowOf(shown.x, row)) others++;
    }
    // About sixteen rows a class: one in sixteen draws itself, 4 of 64 with a deviation of 2.
    expect(others).to.be.greaterThan(50);
  });

  it('trst: targets are drawn from samples and dreams alike', async () => {
    const { shown } = await secondTask(await encoders.trst.make({ p: 1 }, undefined));
    const dreamt = new Set(Array.from({ length: 32 }, (_, i) => rowOf(shown.x, 32 + i)));
    const fromDreams = Array.from({ length: 64 }, (_, row) => dreamt.has(rowOf(shown.target, row)));
    // Each target is a dream or a sample with probability 1/2: binomial(64, 1/2), of which 32 ± 16 are four deviations.
    expect(fromDreams.filter((is) => is).length).to.be.within(16, 48);
  });

  it('is given the steps of its memory, which count from 0 in each task, also after a checkpoint', async () => {
    const steps: number[] = [];
    const counting: Encoder = {
      targets: (labels, step) => {
        steps.push(step);
        return Uint32Array.from(labels.keys());
      },
    };
    const memory = await makeMemory(engine, counting);
    await teach(memory, 1, 3);
    await teach(memory, 2, 2);
    expect(steps).to.deep.equal([0, 1, 2, 0, 1]);

    const restored = await makeMemory(engine, counting);
    await restored.restore(await memory.save(), nearestPrototype([0, 1, 2, 3]));
    await teach(restored, 2, 2);
    expect(steps.slice(5)).to.deep.equal([0, 1]);
    memory.dispose();
    restored.dispose();
  });

  it('begins each task with the first probability of its schedule and ends it with the last', async () => {
    const seen: Shown[] = [];
    const p = {
      steps: [
        [0, 0],
        [3, 1],
      ],
    };
    const memory = await makeMemory(engine, await encoders.trst.make({ p }, undefined), seen);
    await teach(memory, 1, 5);
    await teach(memory, 2, 5);
    const itself = seen.map(({ x, target }) => x.join() === target.join());
    expect(itself).to.deep.equal([true, true, true, false, false, true, true, true, false, false]);
    memory.dispose();
  });

  it('is shown the values of each row of the batch, samples and dreams', async () => {
    const rows: string[] = [];
    const looking: Encoder = {
      targets: (labels, _step, _random, sample) => {
        rows.splice(0, rows.length, ...Array.from(labels, (_, row) => sample(row).join()));
        return Uint32Array.from(labels.keys());
      },
    };
    const { shown } = await secondTask(looking);
    expect(rows).to.deep.equal(Array.from({ length: 64 }, (_, row) => rowOf(shown.x, row)));
  });
});
