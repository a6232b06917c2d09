import { expect } from 'chai';
import { before, describe, it } from './runner.js';
import { rowRange } from '../core/dataset.js';
import { randomStream, type RandomStream } from '../core/random.js';
import { syntheticDataset } from '../data/synthetic.js';
import type { Engine } from '../engine/engine.js';
import type { MemoryNetwork } from '../memory/autoencoders/memory-network.js';

/** Forty samples of four blobs, as images of 4 × 4. */
const { train } = syntheticDataset({
  classes: 4,
  width: 16,
  trainPerClass: 10,
  testPerClass: 1,
  spread: 0.05,
  seed: 3,
});
export const count = train.size;
export const samples = new Float32Array(count * train.width);
train.copyRows(rowRange(0, count), samples);
export const labels = Int32Array.from({ length: count }, (_, row) => train.label(row));
export const weights = new Float32Array(count).fill(1 / count);
export const form = { shape: [4, 4], width: 16 } as const;

/** Makes it for {@link form}, small. */
export type MakeNetwork = (engine: Engine, random: RandomStream) => MemoryNetwork | Promise<MemoryNetwork>;

async function learn(network: MemoryNetwork, steps: number): Promise<number[]> {
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    losses.push(await network.train(count, samples, samples, weights, { labels }));
  }
  return losses;
}

/** Mean squared error, a value, of what it makes of the samples. */
async function error(network: MemoryNetwork): Promise<number> {
  const rebuilt = await network.with(network.trainer.variables).reconstruct(samples, count);
  return rebuilt.reduce((sum, value, i) => sum + (value - (samples[i] ?? NaN)) ** 2, 0) / rebuilt.length;
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).to.equal(expected.length);
  Array.from(actual).forEach((value, i) => {
    const other = expected[i] ?? NaN;
    expect(value, `value ${i}`).to.be.closeTo(other, tolerance * Math.max(1, Math.abs(other)));
  });
}

/**
 * What every autoencoder of a memory must do; its suite is defined where this is called.
 *
 * @param makeEngine of the engine that it is tried on
 * @param others of engines on which it must have the same losses
 */
export function autoencoderContract(
  name: string,
  makeEngine: () => Promise<Engine>,
  make: MakeNetwork,
  others: readonly (() => Promise<Engine>)[] = [],
): void {
  describe(`autoencoder ${name} keeps the contract`, () => {
    let engine: Engine;
    before(async () => {
      engine = await makeEngine();
    });

    const itOfNetwork = (title: string, body: (network: MemoryNetwork) => Promise<void>): void => {
      it(title, async () => {
        const network = await make(engine, randomStream(1));
        await body(network);
        network.dispose();
      });
    };

    itOfNetwork('learns: its loss falls, and it rebuilds samples with less than half of the error', async (network) => {
      const before = await error(network);
      const losses = await learn(network, 250);
      const early = losses.slice(0, 10).reduce((sum, loss) => sum + loss, 0);
      const late = losses.slice(-10).reduce((sum, loss) => sum + loss, 0);
      expect(late).to.be.below(early);
      expect(await error(network)).to.be.below(0.5 * before);
    });

    it('has the same losses on every engine, to 1e-4', async () => {
      const paths: number[][] = [];
      for (const other of [makeEngine, ...others]) {
        const network = await make(await other(), randomStream(1));
        paths.push(await learn(network, 5));
        network.dispose();
      }
      for (const path of paths) expectClose(path, paths[0] ?? [], 1e-4);
    });

    itOfNetwork('encodes and decodes rows, one after the other as both in turn', async (network) => {
      await learn(network, 2);
      const autoencoder = network.with(network.trainer.variables);
      expect(autoencoder.width).to.equal(form.width);
      const codes = await autoencoder.encode(samples, count);
      expect(codes).to.have.length(count * autoencoder.codeWidth);
      const decoded = await autoencoder.decode(codes, count);
      expect(decoded).to.have.length(samples.length);
      expectClose(await autoencoder.reconstruct(samples, count), decoded, 1e-5);
    });

    itOfNetwork('encodes a row as if there were no other', async (network) => {
      await learn(network, 2);
      const autoencoder = network.with(network.trainer.variables);
      const alone = await autoencoder.encode(samples.slice(0, form.width), 1);
      expectClose(alone, (await autoencoder.encode(samples, count)).slice(0, autoencoder.codeWidth), 1e-5);
    });

    it('goes on from a saved state with the same bytes', async () => {
      const [random, other] = [randomStream(1), randomStream(1)];
      const [network, restored] = [await make(engine, random), await make(engine, other)];
      await learn(network, 3);
      const saved = network.save();
      other.restore(random.save());
      restored.restore(saved);
      expect(restored.save()).to.deep.equal(saved);
      expect(await learn(restored, 3)).to.deep.equal(await learn(network, 3));
      expect(restored.save()).to.deep.equal(network.save());
      network.dispose();
      restored.dispose();
    });

    itOfNetwork('frozen stays as it was, running statistics and all, while it goes on to learn', async (network) => {
      await learn(network, 3);
      const frozen = network.freeze();
      const before = await network.with(network.trainer.variables).reconstruct(samples, count);
      await learn(network, 3);
      expect(await network.with(frozen).reconstruct(samples, count)).to.deep.equal(before);
      expect(await network.with(network.trainer.variables).reconstruct(samples, count)).to.not.deep.equal(before);
      frozen.dispose();
    });

    itOfNetwork('learns on with new moments, and what it knows stays', async (network) => {
      await learn(network, 3);
      const before = network.trainer.parameters();
      network.trainer.resetOptimiser();
      expect(network.trainer.parameters()).to.deep.equal(before);
      expect(network.trainer.steps).to.equal(0);
    });

    itOfNetwork('hands out a decoder whose parameters are all that its graph needs, and no more', async (network) => {
      await learn(network, 2);
      const decoder = network.decoder();
      const { parameters, inputs, outputs } = decoder;
      const asked = new Set<string>();
      const [feeds, open] = [new Set<string>(), [...Object.values(decoder.graph(2))]];
      for (let node = open.pop(); node !== undefined; node = open.pop()) {
        if ('name' in node && typeof node.name === 'string') (node.op === 'variable' ? asked : feeds).add(node.name);
        open.push(...node.inputs);
      }
      expect(Object.keys(parameters)).to.have.members([...asked]);
      expect(Object.keys(inputs)).to.have.members([...feeds]);
      expect(Object.keys(decoder.graph(2))).to.deep.equal(Object.keys(outputs));
    });

    it('holds nothing once it is disposed', async () => {
      const before = engine.liveBuffers();
      const network = await make(engine, randomStream(1));
      await learn(network, 2);
      const frozen = network.freeze();
      await network.with(frozen).reconstruct(samples, count);
      expect(engine.liveBuffers()).to.be.greaterThan(before);
      frozen.dispose();
      network.dispose();
      await Promise.resolve();
      expect(engine.liveBuffers()).to.equal(before);
    });
  });
}
