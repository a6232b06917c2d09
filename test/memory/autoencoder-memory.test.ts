import { expect } from 'chai';
import { rowsOfClasses, type Samples } from '../../src/core/dataset.js';
import { topClasses, type Teacher } from '../../src/core/teacher.js';
import type { Memory } from '../../src/core/memory.js';
import { RandomStreams } from '../../src/core/random.js';
import { syntheticDataset } from '../../src/data/synthetic.js';
import type { Engine } from '../../src/engine/engine.js';
import { encoders } from '../../src/memory/encoders.js';
import { memories } from '../../src/memory/memories.js';
import { samplers } from '../../src/memory/sampling/samplers.js';
import { captureError } from '../support/capture-error.js';
import { engineForTest } from '../engine/engines-under-test.js';
import { samplersOf } from '../../src/testing/taught-memory.js';

const data = syntheticDataset({ classes: 4, width: 16, trainPerClass: 100, testPerClass: 20, spread: 0.05, seed: 3 });
const prototypes = [0, 1, 2, 3].map((label) => meanOfClass(data.train, label));

function meanOfClass(samples: Samples, label: number): Float32Array {
  const rows = rowsOfClasses(samples, [label]);
  const all = new Float32Array(rows.length * samples.width);
  samples.copyRows(rows, all);
  return Float32Array.from(
    { length: samples.width },
    (_, j) => rows.reduce((sum, _row, i) => sum + (all[i * samples.width + j] ?? 0), 0) / rows.length,
  );
}

/** A teacher that knows the prototypes: logit = −10 × squared distance. */
function nearestPrototype(classes: readonly number[]): Teacher & { disposed: boolean } {
  return {
    disposed: false,
    classes,
    label: (x, count) =>
      Promise.resolve(
        Float32Array.from({ length: count * classes.length }, (_, i) => {
          const row = Math.floor(i / classes.length);
          const prototype = prototypes[classes[i % classes.length] ?? 0] ?? new Float32Array();
          return -10 * prototype.reduce((d, m, j) => d + ((x[row * 16 + j] ?? 0) - m) ** 2, 0);
        }),
      ),
    bytes: () => 1000,
    dispose() {
      this.disposed = true;
    },
  };
}

async function makeMemory(engine: Engine, sampler: 'latent' | 'noise' = 'latent', seed = 1): Promise<Memory> {
  const options = sampler === 'latent' ? { components: 1 } : { lambda: 0.05 };
  const context = {
    engine,
    random: new RandomStreams(seed),
    shape: [16],
    width: 16,
    encoder: await encoders.identity.make({}, undefined),
    ...(await samplersOf(() => samplers[sampler].make(options, undefined))),
  };
  return memories.autoencoder.make({ latent: 6, hidden: [32], refitDreams: 600, learningRate: 0.003 }, context);
}

/** Trains on these classes, with dreams of the earlier ones, as a learner would. */
async function teach(
  memory: Memory,
  classes: readonly number[],
  known: readonly number[],
  task: number,
  { steps = 150, replay = true } = {},
): Promise<void> {
  const train = data.train.select(rowsOfClasses(data.train, classes));
  const random = new RandomStreams(task).stream('rows');
  for (let step = 0; step < steps; step++) {
    const rows = Uint32Array.from({ length: 32 }, () => random.integer(train.size));
    const dreams = replay ? await memory.dream(32) : undefined;
    const count = 32 + (dreams?.count ?? 0);
    const features = new Float32Array(count * 16);
    train.copyRows(rows, features);
    if (dreams !== undefined) features.set(dreams.features, 32 * 16);
    const weights = new Float32Array(count).fill(dreams === undefined ? 1 / 32 : 1 / task / 32, 0, 32);
    if (dreams !== undefined) weights.fill((1 - 1 / task) / 32, 32);
    await memory.train({ count, features, labels: new Int32Array(count), weights });
  }
  await memory.consolidate(train, nearestPrototype([...known, ...classes]));
}

describe('an autoencoder memory', function () {
  let engine: Engine;
  before(async () => {
    engine = await engineForTest();
  });

  it('dreams of nothing before it consolidated anything', async () => {
    const memory = await makeMemory(engine);
    expect(await memory.dream(5)).to.equal(undefined);
    expect(memory.bytes()).to.equal(0);
    memory.dispose();
  });

  for (const sampler of ['latent', 'noise'] as const) {
    it(`dreams samples near the classes it saw, walked from ${sampler}`, async () => {
      const memory = await makeMemory(engine, sampler);
      await teach(memory, [0, 1], [], 1);
      // Two prototypes lie about 0.23·√(2·16) = 1.3 apart, and noise N(0, I) lies about 4 from each of them.
      expect(await distanceTo([0, 1], memory)).to.be.lessThan(0.4);
      expect((await memory.dream(1))?.classes).to.deep.equal([0, 1]);
      memory.dispose();
    });
  }

  /** Median over 200 dreams of the distance to the nearest prototype of the given classes. */
  async function distanceTo(classes: readonly number[], memory: Memory): Promise<number> {
    const dreams = await memory.dream(200);
    const known = classes.map((label) => prototypes[label] ?? new Float32Array());
    const distances = Array.from({ length: 200 }, (_, i) => {
      const x = dreams?.features.subarray(i * 16, (i + 1) * 16) ?? new Float32Array();
      return Math.min(...known.map((m) => Math.sqrt(m.reduce((d, v, j) => d + ((x[j] ?? 0) - v) ** 2, 0))));
    });
    return distances.sort((a, b) => a - b)[100] ?? NaN;
  }

  describe('after it took in other classes', () => {
    const afterTwoTasks = async (replay: boolean): Promise<Memory> => {
      const memory = await makeMemory(engine);
      await teach(memory, [0, 1], [], 1);
      await teach(memory, [2, 3], [0, 1], 2, { steps: 300, replay });
      return memory;
    };

    it('still dreams of its first ones, all in balance', async () => {
      const memory = await afterTwoTasks(true);
      const dreams = await memory.dream(400);
      const chosen = topClasses(dreams?.logits ?? new Float32Array(), dreams?.classes ?? [], 400);
      // Binomial(400, ¼): standard deviation 8.7; the quotas of the sampler keep it closer than that.
      for (const label of [0, 1, 2, 3])
        expect(chosen.filter((choice) => choice === label).length).to.be.closeTo(100, 35);
      expect(await distanceTo([0, 1, 2, 3], memory)).to.be.lessThan(0.4);
      memory.dispose();
    });

    it('would dream worse had it not trained on its own dreams', async () => {
      const [whole, forgetful] = [await afterTwoTasks(true), await afterTwoTasks(false)];
      const [near, far] = [await distanceTo([0, 1, 2, 3], whole), await distanceTo([0, 1, 2, 3], forgetful)];
      expect(far).to.be.greaterThan(1.2 * near);
      whole.dispose();
      forgetful.dispose();
    });
  });

  it('gives new dreams at every call', async () => {
    const memory = await makeMemory(engine);
    await teach(memory, [0, 1], [], 1, { steps: 20 });
    expect((await memory.dream(8))?.features).not.to.deep.equal((await memory.dream(8))?.features);
    memory.dispose();
  });

  it('keeps no training row: no saved value sequence equals one', async () => {
    const memory = await makeMemory(engine);
    await teach(memory, [0, 1], [], 1, { steps: 50 });
    const { tensors } = await memory.save();
    const bytes = Buffer.concat(
      Object.values(tensors).map(({ data: d }) => Buffer.from(d.buffer, d.byteOffset, d.byteLength)),
    );
    const row = new Float32Array(16);
    for (let i = 0; i < data.train.size; i++) {
      data.train.copyRows([i], row);
      expect(bytes.includes(Buffer.from(row.buffer))).to.equal(false);
    }
    // The search itself must be able to find something.
    const [first] = Object.values(tensors);
    const known = Buffer.from(first?.data.slice(3, 19).buffer ?? new ArrayBuffer(1));
    expect(bytes.includes(known)).to.equal(true);
    memory.dispose();
  });

  it('goes on from its saved state with the same dreams', async () => {
    const memory = await makeMemory(engine);
    await teach(memory, [0, 1], [], 1, { steps: 30 });
    const restored = await makeMemory(engine, 'latent', 2);
    await restored.restore(await memory.save(), nearestPrototype([0, 1]));
    // Only the random streams differ between the two, so the first dreams of a new stream of seed 1 are the yardstick.
    const yardstick = await makeMemory(engine, 'latent', 2);
    await yardstick.restore(await restored.save(), nearestPrototype([0, 1]));
    expect((await restored.dream(10))?.features).to.deep.equal((await yardstick.dream(10))?.features);
    for (const each of [memory, restored, yardstick]) each.dispose();
  });

  it('counts the bytes of what dreams: autoencoder, statistics, teacher', async () => {
    const memory = await makeMemory(engine);
    await teach(memory, [0, 1], [], 1, { steps: 2 });
    // 16→32→6→32→16: (16·32+32) + (32·6+6) + (6·32+32) + (32·16+16) = 1494 values; two classes with one Gaussian of
    // mean 6 + factor 21 values: 54; the teacher of this test says 1000 bytes.
    expect(memory.bytes()).to.equal((1494 + 54) * 4 + 1000);
    memory.dispose();
  });

  it('owns its teacher: disposes the old one when a new one comes, and the last one in the end', async () => {
    const memory = await makeMemory(engine);
    const train = data.train.select(rowsOfClasses(data.train, [0, 1]));
    const [first, second] = [nearestPrototype([0, 1]), nearestPrototype([0, 1])];
    await memory.consolidate(train, first);
    await memory.consolidate(train, second);
    expect([first.disposed, second.disposed]).to.deep.equal([true, false]);
    memory.dispose();
    expect(second.disposed).to.equal(true);
  });

  it('leaves nothing in the engine when disposed', async () => {
    const before = engine.liveBuffers();
    const memory = await makeMemory(engine);
    await teach(memory, [0, 1], [], 1, { steps: 5 });
    await teach(memory, [2, 3], [0, 1], 2, { steps: 5 });
    memory.dispose();
    await Promise.resolve();
    expect(engine.liveBuffers()).to.equal(before);
  });

  it('reports walks that it keeps alive, dreams accepted by quota and a noise scale it found, and goes on to the byte', async () => {
    const options = { lambda: { infer: { max: 1, dreams: 60 } }, chains: 4, quota: { confidence: 0.5, attempts: 3 } };
    const make = async (random: RandomStreams): Promise<Memory> =>
      memories.autoencoder.make(
        { latent: 6, hidden: [32], learningRate: 0.003 },
        {
          ...{ engine, random, shape: [16], width: 16, encoder: await encoders.identity.make({}, undefined) },
          ...(await samplersOf(() => samplers.noise.make(options, undefined))),
        },
      );
    const random = new RandomStreams(1);
    const memory = await make(random);
    await teach(memory, [0, 1], [], 1, { steps: 100 });
    const dreams = await memory.dream(20);
    expect(dreams?.noiseScale?.lambda).to.be.within(0.01, 1);
    expect(dreams?.acceptance?.accepted).to.be.within(1, 20);
    // Four walks of 16 values, four bytes each, came with the first dreams.
    expect(memory.bytes()).to.equal(1494 * 4 + 1000 + 4 * 16 * 4);

    const resumed = new RandomStreams(1);
    const restored = await make(resumed);
    await restored.restore(await memory.save(), nearestPrototype([0, 1]));
    resumed.restore(random.save());
    expect(await restored.dream(20)).to.deep.equal(await memory.dream(20));
    for (const each of [memory, restored]) each.dispose();
  });

  it('counts real samples that its sampler keeps, and dreams near the classes they are of', async () => {
    const memory = await memories.autoencoder.make(
      { latent: 6, hidden: [32], learningRate: 0.003 },
      {
        ...{
          engine,
          random: new RandomStreams(1),
          shape: [16],
          width: 16,
          encoder: await encoders.identity.make({}, undefined),
        },
        ...(await samplersOf(() => samplers.buffer.make({ perClass: 5, lambda: 0.01 }, undefined))),
      },
    );
    expect(memory.storedSamples?.()).to.equal(0);
    await teach(memory, [0, 1], [], 1);
    await teach(memory, [2, 3], [0, 1], 2);
    expect(memory.storedSamples?.()).to.equal(20);
    expect(memory.bytes()).to.equal(1494 * 4 + 1000 + 20 * 16 * 4);
    expect(await distanceTo([0, 1, 2, 3], memory)).to.be.lessThan(0.4);
    memory.dispose();
  });

  it('warns where its code is as wide as a sample: nothing is lost then', async () => {
    const codes = async (latent: number): Promise<readonly string[]> => {
      const memory = await memories.autoencoder.make(
        { latent, hidden: [8] },
        {
          ...{
            engine,
            random: new RandomStreams(1),
            shape: [16],
            width: 16,
            encoder: await encoders.identity.make({}, undefined),
          },
          ...(await samplersOf(() => samplers.noise.make({}, undefined))),
        },
      );
      memory.dispose();
      return memory.warnings?.().map(({ code }) => code) ?? [];
    };
    expect([await codes(15), await codes(16), await codes(20)]).to.deep.equal([
      [],
      ['memory-not-lossy'],
      ['memory-not-lossy'],
    ]);
  });

  it('refuses a task without samples, and disposes the teacher it was given', async () => {
    const memory = await makeMemory(engine);
    const teacher = nearestPrototype([0]);
    const error = await captureError(() => memory.consolidate(data.train.select([]), teacher));
    expect([error.code, teacher.disposed]).to.deep.equal(['bad-data', true]);
    memory.dispose();
  });

  it('refuses a sampler that does not suit its code, before anything is learnt', async () => {
    const encoder = await encoders.identity.make({}, undefined);
    const own = await samplersOf(() => samplers.latent.make({ covariance: 'low-rank', rank: 6 }, undefined));
    const context = { engine, random: new RandomStreams(1), shape: [16], width: 16, encoder, ...own };
    const error = await captureError(() => memories.autoencoder.make({ latent: 6 }, context));
    expect(error.code).to.equal('bad-scenario');
  });

  it('refuses a saved state that lacks a part', async () => {
    const memory = await makeMemory(engine);
    expect((await captureError(() => memory.restore({ json: {}, tensors: {} }, undefined))).code).to.equal(
      'bad-checkpoint',
    );
    memory.dispose();
  });
});
