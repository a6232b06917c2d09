import { expect } from 'chai';
import { randomStream } from '../../src/core/random.js';
import type { LabelledCodes } from '../../src/core/sampler.js';
import type { Engine } from '../../src/engine/engine.js';
import {
  LatentFlow,
  flowNetwork,
  scaleOf,
  timeFeatures,
  timeWidth,
  type LatentFlowOptions,
} from '../../src/memory/latent-flow.js';
import { classCodeWidth } from '../../src/memory/autoencoders/classes.js';
import { energyDistance } from '../../src/memory/sampling/noise-scale.js';
import { captureError } from '../support/capture-error.js';
import { engineForTest } from '../engine/engines-under-test.js';

const small: LatentFlowOptions = { hidden: [32, 32], iterations: 600, batchSize: 64, learningRate: 0.005, steps: 8 };

/**
 * Codes of two classes, each half the time on one side: class 3 is two heaps at (±4, 10), class 8 one at (0, −10), all of
 * variance ¼. No single Gaussian has two heaps.
 */
function twoClasses(count: number, seed: number): LabelledCodes {
  const random = randomStream(seed);
  const labels = Int32Array.from({ length: count }, (_, row) => (row % 2 === 0 ? 3 : 8));
  const codes = new Float32Array(2 * count);
  labels.forEach((label, row) => {
    const side = random.uniform() < 0.5 ? -4 : 4;
    codes[2 * row] = (label === 3 ? side : 0) + random.normal() / 2;
    codes[2 * row + 1] = (label === 3 ? 10 : -10) + random.normal() / 2;
  });
  return { codes, labels };
}

describe('a flow of codes', () => {
  let engine: Engine;
  before(async () => {
    engine = await engineForTest();
  });

  const made = (options: Partial<LatentFlowOptions> = {}, seed = 1): LatentFlow =>
    new LatentFlow(engine, 2, { ...small, ...options }, randomStream(seed));

  it('carries noise to codes like those that it learnt, all classes alike', async () => {
    const flow = made({ hidden: [64, 64], iterations: 1200 });
    await flow.learn(twoClasses(600, 1));
    const seeds = await flow.samplePrior(400, randomStream(2));
    const rows = Array.from({ length: 400 }, (_, row) => [seeds[2 * row] ?? 0, seeds[2 * row + 1] ?? 0] as const);
    expect(rows.filter(([, y]) => y > 0)).to.have.length(200);
    const upper = rows.filter(([, y]) => y > 0).map(([x]) => x);
    // Both heaps, and little in the gap between them; of a Gaussian of the same moments 38 % would be there.
    expect(upper.filter((x) => x < 0).length / 200).to.be.within(0.35, 0.65);
    expect(upper.filter((x) => Math.abs(x) < 2).length / 200).to.be.lessThan(0.15);
    // As near to new codes as chance would have it, or nearly: a Gaussian of the same moments is far.
    const another = { values: twoClasses(400, 3).codes, width: 2 };
    const again = await energyDistance(another, { values: twoClasses(400, 4).codes, width: 2 });
    expect(await energyDistance(another, { values: seeds, width: 2 })).to.be.lessThan(again + 0.1);
    flow.dispose();
  });

  it('goes on from what it knew when it learns again', async () => {
    const flow = made();
    await flow.learn(twoClasses(600, 1));
    const before = await flow.samplePrior(100, randomStream(2));
    const [again, another] = [made({ iterations: 1 }), made({ iterations: 1 }, 5)];
    again.restore(flow.save());
    for (const one of [again, another]) await one.learn(twoClasses(600, 1));
    const distance = async (one: LatentFlow): Promise<number> =>
      await energyDistance(
        { values: before, width: 2 },
        { values: await one.samplePrior(100, randomStream(2)), width: 2 },
      );
    expect(await distance(again)).to.be.lessThan((await distance(another)) / 10);
    for (const one of [flow, again, another]) one.dispose();
  });

  it('restored, gives the same codes; and counts the bytes that it saves', async () => {
    const flow = made({ iterations: 5 });
    await flow.learn(twoClasses(50, 1));
    const restored = made({ iterations: 5 }, 9);
    restored.restore(flow.save());
    expect(await restored.samplePrior(10, randomStream(1))).to.deep.equal(await flow.samplePrior(10, randomStream(1)));
    // (2 + 9 + 32)·32 + 32, 32·32 + 32, 32·2 + 2, and location and scale of 2 values
    expect(timeWidth + classCodeWidth).to.equal(9 + 32);
    expect(restored.bytes()).to.equal((43 * 32 + 32 + (32 * 32 + 32) + (32 * 2 + 2) + 4) * 4);
    for (const one of [flow, restored]) one.dispose();
  });

  it('holds no buffers once it is disposed', async () => {
    const before = engine.liveBuffers();
    const flow = made({ iterations: 2 });
    await flow.learn(twoClasses(50, 1));
    await flow.learn(twoClasses(50, 2));
    await flow.samplePrior(3, randomStream(1));
    flow.dispose();
    // Programs are let go of once they are known to have compiled.
    await new Promise(setImmediate);
    expect(engine.liveBuffers()).to.equal(before);
  });

  it('says so where it diverges', async () => {
    const flow = made({ learningRate: 1e30 });
    const error = await captureError(() => flow.learn(twoClasses(50, 1)));
    expect(error.code).to.equal('diverged');
    expect(error.message).to.match(/flow of codes is .* try a smaller learningRate/);
  });

  it('refuses a checkpoint that has nothing of it', async () => {
    const error = await captureError(() => {
      made().restore(undefined);
    });
    expect(error.code).to.equal('bad-checkpoint');
  });
});

describe('parts of a flow', () => {
  it('describes the time by itself and by waves', () => {
    const [first, ...waves] = timeFeatures(0.5);
    expect(first).to.equal(0.5);
    // sin and cos of π/2, π, 2π, 4π
    [1, 0, 0, -1, 0, 1, 0, 1].forEach((value, i) => expect(waves[i]).to.be.closeTo(value, 1e-6));
  });

  it('scales by mean and standard deviation, and leaves what is always the same as it is', () => {
    const scale = scaleOf(Float32Array.of(1, 7, 3, 7), 2);
    expect([...scale['flow/location'].data]).to.deep.equal([2, 7]);
    expect([...scale['flow/scale'].data]).to.deep.equal([1, 1]);
  });

  it('has a network from a point, the time and a class to where the point moves', () => {
    const network = flowNetwork(5, [8]);
    expect(network.input).to.deep.equal([5 + timeWidth + classCodeWidth]);
    expect(network.layers.at(-1)).to.deep.include({ kind: 'dense', units: 5 });
  });
});
