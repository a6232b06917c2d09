import { expect } from 'chai';
import { randomStream, type RandomStream } from '../../../src/core/random.js';
import type { Engine, EngineName, Feeds } from '../../../src/engine/engine.js';
import { gradients } from '../../../src/engine/graph/gradients.js';
import type { GraphNode } from '../../../src/engine/graph/node.js';
import * as g from '../../../src/engine/graph/ops.js';
import * as losses from '../../../src/engine/losses.js';
import { initial } from '../../../src/engine/networks/initial.js';
import { dropoutFeeds, forward, variables, type Network } from '../../../src/engine/networks/network.js';
import { Adam } from '../../../src/engine/optimisers/optimisers.js';
import { Trainer } from '../../../src/engine/training/trainer.js';
import { engineForTest, testedEngines } from '../engines-under-test.js';

const [batch, steps] = [16, 25];

interface Training {
  readonly network: Network;
  readonly rate: number;
  readonly loss: (output: GraphNode) => GraphNode;
  readonly feeds: (random: RandomStream) => Feeds;
}

/** Losses of gradient descent, w ← w − rate·∂L/∂w, with everything drawn from one seed. */
async function lossesOf(name: EngineName, { network, rate, loss, feeds }: Training): Promise<number[]> {
  const engine = await engineForTest(name);
  const { output, updates } = forward(network, g.feed('x', [batch, ...network.input]), 'training');
  const value = loss(output);
  const { trainable } = variables(network);
  const found = gradients(value, trainable);
  const descent = trainable.map((node, i): [string, GraphNode] => [
    node.name,
    g.sub(node, g.mul(found[i] ?? node, g.constant(rate))),
  ]);
  const step = await engine.compile({ fetches: { value }, updates: { ...updates, ...Object.fromEntries(descent) } });
  const random = randomStream(7);
  const start = initial(network, random);
  const state = engine.variables({ ...start.trainable, ...start.statistics });
  const path: number[] = [];
  for (let i = 0; i < steps; i++) {
    const results = await step.run({ ...feeds(random), ...dropoutFeeds(network, batch, random) }, state);
    path.push(results['value']?.[0] ?? NaN);
  }
  step.dispose();
  state.dispose();
  return path;
}

/** Blobs of light on 8×8 pixels, in one of four corners: [batch, 64], and the corner of each. */
function blobs(random: RandomStream): { readonly x: Float32Array; readonly corners: readonly number[] } {
  const x = new Float32Array(batch * 64);
  const corners = Array.from({ length: batch }, () => random.integer(4));
  corners.forEach((corner, row) => {
    const [centreY, centreX] = [corner < 2 ? 2 : 5, corner % 2 === 0 ? 2 : 5];
    for (let i = 0; i < 64; i++) {
      const distance = ((i >> 3) - centreY) ** 2 + ((i & 7) - centreX) ** 2;
      x[row * 64 + i] = Math.exp(-distance / 4) * (0.8 + 0.2 * random.uniform());
    }
  });
  return { x, corners };
}

const convolutionalAutoencoder: Training = {
  network: {
    name: 'autoencoder',
    input: [64],
    layers: [
      { kind: 'reshape', shape: [1, 8, 8] },
      { kind: 'conv2d', channels: 4, size: 3, stride: 2, padding: 1 },
      { kind: 'activation', activation: 'relu' },
      { kind: 'flatten' },
      { kind: 'dense', units: 6 },
      { kind: 'dense', units: 64 },
      { kind: 'activation', activation: 'relu' },
      { kind: 'reshape', shape: [4, 4, 4] },
      { kind: 'convTranspose2d', channels: 1, size: 4, stride: 2, padding: 1 },
      { kind: 'flatten' },
    ],
  },
  rate: 0.1,
  loss: (output) => g.mean(losses.rowSums(losses.squaredError(g.sigmoid(output), g.feed('x', [batch, 64])))),
  feeds: (random) => ({ x: blobs(random).x }),
};

const normalisedClassifier: Training = {
  network: {
    name: 'classifier',
    input: [1, 8, 8],
    layers: [
      { kind: 'conv2d', channels: 4, size: 3 },
      { kind: 'batchNorm' },
      { kind: 'activation', activation: 'leakyRelu' },
      { kind: 'maxPool2d', size: 2 },
      { kind: 'flatten' },
      { kind: 'dense', units: 16 },
      { kind: 'batchNorm' },
      { kind: 'activation', activation: 'relu' },
      { kind: 'dropout', rate: 0.25 },
      { kind: 'dense', units: 4 },
    ],
  },
  rate: 0.2,
  loss: (output) => g.mean(losses.softmaxCrossEntropy(output, g.oneHot(g.feed('labels', [batch]), 4))),
  feeds: (random) => {
    const { x, corners } = blobs(random);
    return { x, labels: Float32Array.from(corners) };
  },
};

describe('networks learn', () => {
  const cases = {
    'a convolutional autoencoder': convolutionalAutoencoder,
    'a net with batch normalisation and dropout': normalisedClassifier,
  };
  for (const [what, training] of Object.entries(cases)) {
    it(`${what}: losses fall by half, and agree between engines to 1e-4`, async () => {
      const paths = new Map<EngineName, readonly number[]>();
      for (const name of testedEngines) paths.set(name, await lossesOf(name, training));
      const reference = paths.get('cpu') ?? [];
      for (const [name, path] of paths) {
        expect(path.at(-1), name).to.be.lessThan(0.5 * (path[0] ?? NaN));
        path.forEach((loss, i) =>
          expect(loss, `${name}, step ${i}`).to.be.closeTo(reference[i] ?? NaN, 1e-4 * Math.max(1, loss)),
        );
      }
    });
  }
});

describe('a trainer', () => {
  function trainerOf(engine: Engine, { network, loss }: Training): Trainer {
    const { trainable, statistics } = initial(network, randomStream(1));
    return new Trainer({
      engine,
      parameters: trainable,
      statistics,
      nodes: variables(network).trainable,
      optimiser: new Adam({ learningRate: 0.01 }),
      objective: (rows) => {
        const { output, updates } = forward(network, g.feed('x', [rows, ...network.input]), 'training');
        return { loss: loss(output), updates };
      },
    });
  }

  it('takes up running statistics, and goes on from a saved state with the same bytes', async () => {
    const engine = await engineForTest();
    const { network, feeds } = normalisedClassifier;
    const train = async (trainer: Trainer, random: RandomStream): Promise<void> => {
      for (let i = 0; i < 3; i++) {
        await trainer.step(batch, { ...feeds(random), ...dropoutFeeds(network, batch, random) });
      }
    };
    const random = randomStream(2);
    const original = trainerOf(engine, normalisedClassifier);
    await train(original, random);
    // after three steps of momentum 0.1 the variance has still 0.9³ of the 1 it began as
    const { data } = original.variables.read('classifier/1/runningVariance');
    expect(Math.min(...data)).to.be.greaterThan(0.9 ** 3);
    expect(new Set(data).size).to.equal(4);
    // They are frozen and exported with the parameters, but the optimiser keeps nothing for them.
    expect(original.parameterNames).to.include('classifier/1/runningVariance');
    expect(original.variables.names.filter((variable) => /^adam.*running/.test(variable))).to.deep.equal([]);
    const frozen = original.variables.clone(original.parameterNames);
    expect(frozen.read('classifier/1/runningVariance').data).to.deep.equal(data);
    frozen.dispose();
    const [saved, draws] = [original.save(), random.save()];
    const restored = trainerOf(engine, normalisedClassifier);
    restored.restore(saved);
    await train(original, random);
    random.restore(draws);
    await train(restored, random);
    expect(restored.save()).to.deep.equal(original.save());
    for (const trainer of [original, restored]) trainer.dispose();
  });
});
