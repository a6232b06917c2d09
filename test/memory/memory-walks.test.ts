import { expect } from 'chai';
import { topClasses, type Teacher } from '../../src/core/teacher.js';
import type { Dreams, Memory } from '../../src/core/memory.js';
import { randomStream, RandomStreams } from '../../src/core/random.js';
import type { Sampler } from '../../src/core/sampler.js';
import { syntheticDataset } from '../../src/data/synthetic.js';
import type { Engine } from '../../src/engine/engine.js';
import { encoders } from '../../src/memory/encoders.js';
import { memories } from '../../src/memory/memories.js';
import { samplers } from '../../src/memory/sampling/samplers.js';
import { engineForTest } from '../engine/engines-under-test.js';
import { samplersOf } from '../../src/testing/taught-memory.js';

const { train } = syntheticDataset({ classes: 2, width: 4, trainPerClass: 50, testPerClass: 1, spread: 0.05, seed: 3 });

/** Takes rows whose first value is below one half for class 5, others for class 6. */
const teacher = (): Teacher => ({
  classes: [5, 6],
  label: (x, count) =>
    Promise.resolve(Float32Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? 0.5 : (x[2 * (i - 1)] ?? 0)))),
  bytes: () => 0,
  dispose: () => undefined,
});

describe('the walks of an autoencoder memory', () => {
  let engine: Engine;
  before(async () => {
    engine = await engineForTest();
  });

  async function memoryWith(sampler: Sampler): Promise<Memory> {
    const encoder = await encoders.identity.make({}, undefined);
    const context = {
      engine,
      random: new RandomStreams(1),
      shape: [4],
      width: 4,
      encoder,
      ...(await samplersOf(() => sampler)),
    };
    return memories.autoencoder.make({ latent: 2, hidden: [], refitDreams: 100 }, context);
  }
  const noise = () => samplers.noise.make({ jumps: 3, lambda: 0 }, undefined);

  async function stepsOf(memory: Memory, count: number, seed = 1): Promise<readonly Dreams[]> {
    const steps: Dreams[] = [];
    for await (const step of memory.walks?.(count, randomStream(seed)) ?? []) steps.push(step);
    return steps;
  }

  it('are not there before it consolidated anything, nor are reinjections', async () => {
    const memory = await memoryWith(await noise());
    expect(memory.walks?.(3, randomStream(1))).to.equal(undefined);
    expect(await memory.reinject?.(new Float32Array(4), 1)).to.equal(undefined);
    expect(memory.frozenAutoencoder?.()).to.equal(undefined);
    memory.dispose();
  });

  it('are of an autoencoder that others may encode and decode with: one after the other they are a reinjection', async () => {
    const memory = await memoryWith(await noise());
    await memory.consolidate(train, teacher());
    const features = Float32Array.of(0.1, 0.9, 0.5, 0.3, 0.7, 0.2, 0.6, 0.4);
    const autoencoder = memory.frozenAutoencoder?.();
    const codes = (await autoencoder?.encode(features, 2)) ?? new Float32Array();
    const decoded = (await autoencoder?.decode(codes, 2)) ?? new Float32Array();
    const again = await memory.reinject?.(features, 2);
    expect(decoded).to.have.length(8);
    decoded.forEach((value, i) => {
      expect(value).to.be.closeTo(again?.features[i] ?? NaN, 1e-5);
    });
    memory.dispose();
  });

  it('show the start and each jump, a reinjection of the one before where there is no noise, each with its labels', async () => {
    const memory = await memoryWith(await noise());
    await memory.consolidate(train, teacher());
    const steps = await stepsOf(memory, 5);
    expect(steps).to.have.length(4);
    for (const { count, features, logits, classes } of steps) {
      expect([count, features.length, classes]).to.deep.equal([5, 20, [5, 6]]);
      const wanted = [0, 1, 2, 3, 4].map((row) => ((features[4 * row] ?? 0) > 0.5 ? 6 : 5));
      expect([...topClasses(logits, classes, count)]).to.deep.equal(wanted);
    }
    for (const [jump, step] of steps.slice(0, -1).entries()) {
      const again = await memory.reinject?.(step.features, 5);
      expect(again).to.deep.equal(steps[jump + 1]);
    }
    memory.dispose();
  });

  it('do not change the dreams that come after', async () => {
    const [watched, alone] = [await memoryWith(await noise()), await memoryWith(await noise())];
    for (const memory of [watched, alone]) await memory.consolidate(train, teacher());
    await stepsOf(watched, 7);
    expect(await watched.dream(3)).to.deep.equal(await alone.dream(3));
    watched.dispose();
    alone.dispose();
  });

  it('come from the stream that is given', async () => {
    const memory = await memoryWith(await noise());
    await memory.consolidate(train, teacher());
    expect(await stepsOf(memory, 2, 1)).to.deep.equal(await stepsOf(memory, 2, 1));
    expect(await stepsOf(memory, 2, 1)).not.to.deep.equal(await stepsOf(memory, 2, 2));
    memory.dispose();
  });

  it('are not there where the sampler does not walk', async () => {
    const memory = await memoryWith({
      keepsStatistics: false,
      sample: ({ width }, _teacher, count) => Promise.resolve({ features: new Float32Array(count * width) }),
      fit: () => undefined,
      save: () => ({ json: {}, tensors: {} }),
      restore: () => undefined,
    });
    await memory.consolidate(train, teacher());
    expect(memory.walks?.(3, randomStream(1))).to.equal(undefined);
    memory.dispose();
  });
});
