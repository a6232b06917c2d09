import { expect } from 'chai';
import type * as TensorFlowJs from '@tensorflow/tfjs-core';
import { createRequire } from 'node:module';
import { randomStream } from '../../../src/core/random.js';
import type { Tensor } from '../../../src/core/tensor.js';
import type { Engine } from '../../../src/engine/engine.js';
import { createTensorFlowEngine } from '../../../src/engine/executors/native.js';
import * as g from '../../../src/engine/graph/ops.js';
import { denseNetwork, forward, variables } from '../../../src/engine/networks/network.js';
import { initial } from '../../../src/engine/networks/initial.js';
import { Adam, Rmsprop, Sgd } from '../../../src/engine/optimisers/optimisers.js';
import type { Optimiser } from '../../../src/engine/optimisers/optimiser.js';
import { Trainer } from '../../../src/engine/training/trainer.js';
import { loadEngine } from '../../../src/engine/select.js';
import { engineForTest } from '../engines-under-test.js';

const loaded = await loadEngine('native');
const missing = 'reason' in loaded ? loaded.reason : undefined;
const vector = (...values: number[]): Tensor => ({ shape: [values.length], data: Float32Array.from(values) });

function autoencoder(engine: Engine, widths: readonly number[], optimiser: Optimiser): Trainer {
  const network = denseNetwork({ name: 'net', widths, activation: 'relu' });
  return new Trainer({
    engine,
    parameters: initial(network, randomStream(1)).trainable,
    nodes: variables(network).trainable,
    optimiser,
    objective: (batch) => {
      const x = g.feed('x', [batch, widths[0] ?? 0]);
      return { loss: g.mean(g.square(g.sub(g.sigmoid(forward(network, x, 'training').output), x))) };
    },
  });
}

/** Losses of so many steps on random rows. */
async function train(trainer: Trainer, batch: number, width: number, steps: number): Promise<number[]> {
  const random = randomStream(2);
  const losses = [];
  for (let i = 0; i < steps; i++) {
    const x = Float32Array.from({ length: batch * width }, () => random.uniform());
    losses.push((await trainer.step(batch, { x }))['loss']?.[0] ?? NaN);
  }
  return losses;
}

const optimisers: Readonly<Record<string, () => Optimiser>> = {
  Adam: () => new Adam({ learningRate: 0.003 }),
  AdamW: () => new Adam({ learningRate: 0.003, weightDecay: 0.1 }),
  'gradient descent': () => new Sgd({ learningRate: 0.3 }),
  momentum: () => new Sgd({ learningRate: 0.1, momentum: 0.9 }),
  "Nesterov's momentum": () => new Sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }),
  RMSprop: () => new Rmsprop({ learningRate: 0.001 }),
};

describe('TensorFlow', () => {
  if (missing !== undefined) {
    it.skip(`does not load here: ${missing}`);
    return;
  }

  async function nativeEngine(stepsAs: 'graph' | 'ops'): Promise<Engine> {
    await engineForTest('native');
    const tf = createRequire(import.meta.url)('@tensorflow/tfjs-core') as typeof TensorFlowJs;
    await tf.setBackend('tensorflow');
    return createTensorFlowEngine(tf, {}, stepsAs);
  }

  for (const stepsAs of ['graph', 'ops'] as const) {
    describe(`with steps as ${stepsAs}`, () => {
      let engine: Engine;
      before(async () => {
        engine = await nativeEngine(stepsAs);
      });

      for (const [name, optimiser] of Object.entries(optimisers)) {
        it(`takes a hundred steps of ${name} as the engine cpu does`, async () => {
          const widths = [12, 10, 4, 10, 12];
          const [own, reference] = [engine, await engineForTest('cpu')].map((one) =>
            autoencoder(one, widths, optimiser()),
          );
          if (own === undefined || reference === undefined) throw new Error('there are two');
          const losses = await train(own, 8, 12, 100);
          const expected = await train(reference, 8, 12, 100);
          losses.forEach((loss, i) => expect(loss, `step ${i}`).to.be.closeTo(expected[i] ?? NaN, 1e-4));
          expect(losses.at(-1)).to.be.lessThan(0.98 * (losses[0] ?? NaN));
          for (const trainer of [own, reference]) trainer.dispose();
        });
      }

      it('gives the same bytes run after run, with all threads', async () => {
        const runs = [];
        for (let run = 0; run < 3; run++) {
          const trainer = autoencoder(engine, [256, 300, 256], new Adam({ learningRate: 0.001 }));
          await train(trainer, 128, 256, 20);
          runs.push(trainer.variables.readAll());
          trainer.dispose();
        }
        expect(runs[1]).to.deep.equal(runs[0]);
        expect(runs[2]).to.deep.equal(runs[0]);
      });

      it('holds no more after many steps, and nothing when all is disposed', async () => {
        const before = engine.liveBuffers();
        const trainer = autoencoder(engine, [12, 8, 12], new Adam({ learningRate: 0.01, weightDecay: 0.1 }));
        await train(trainer, 4, 12, 1);
        const after = engine.liveBuffers();
        await train(trainer, 4, 12, 20);
        expect(engine.liveBuffers()).to.equal(after);
        trainer.dispose();
        // The trainer's programs are disposed of in a promise's callback.
        await Promise.resolve();
        await Promise.resolve();
        expect(engine.liveBuffers()).to.equal(before);
      });

      it('lets fetches and other updates see what an optimiser’s op changes in the same run as it was', async () => {
        const w = g.variable('w', [2]);
        const { updates, knownSteps } = new Sgd({ learningRate: 0.5 }).graph(
          [w],
          [g.constant(Float32Array.of(2, 4), [2])],
        );
        const step = await engine.compile({
          fetches: { w, doubled: g.mul(w, g.constant(2)) },
          updates: { ...updates, shadow: w, sum: g.sum(w) },
          knownSteps,
        });
        const state = engine.variables({
          w: vector(10, 20),
          shadow: vector(0, 0),
          sum: { shape: [], data: Float32Array.of(0) },
        });
        const frozen = state.clone();
        const rate = { 'sgd/rate': Float32Array.of(0.5) };
        const fetched = await step.run(rate, state);
        expect([...(fetched['w'] ?? [])], 'fetch').to.deep.equal([10, 20]);
        expect([...(fetched['doubled'] ?? [])], 'fetch of a function').to.deep.equal([20, 40]);
        // w − ½·(2, 4)
        expect([...state.read('w').data], 'variable').to.deep.equal([9, 18]);
        expect([...state.read('shadow').data], 'update').to.deep.equal([10, 20]);
        expect([...state.read('sum').data], 'update by a function').to.deep.equal([30]);
        await step.run(rate, state);
        expect([...state.read('w').data]).to.deep.equal([8, 16]);
        // It had the memory of w for a while.
        expect([...state.read('shadow').data]).to.deep.equal([9, 18]);
        expect([...frozen.read('w').data], 'clone').to.deep.equal([10, 20]);
        for (const one of [step, state, frozen]) one.dispose();
      });

      it('never writes into arrays that it was given', async () => {
        const w = g.variable('w', [2]);
        const kept = g.constant(Float32Array.of(1, 2), [2]);
        const { updates, knownSteps } = new Sgd({ learningRate: 1 }).graph([w], [kept]);
        const step = await engine.compile({ fetches: {}, updates, knownSteps });
        const toConstant = await engine.compile({ fetches: {}, updates: { w: kept } });
        const toFeed = await engine.compile({ fetches: {}, updates: { w: g.reshape(g.feed('x', [1, 2]), [2]) } });
        const rate = { 'sgd/rate': Float32Array.of(1) };
        const given = Float32Array.of(5, 6);
        const state = engine.variables({ w: { shape: [2], data: given } });
        const stepped = async (): Promise<number[]> => {
          await step.run(rate, state);
          return [...state.read('w').data];
        };
        expect(await stepped(), 'initial value').to.deep.equal([4, 4]);
        state.write({ w: { shape: [2], data: given } });
        expect(await stepped(), 'written value').to.deep.equal([4, 4]);
        await toFeed.run({ x: given }, state);
        expect(await stepped(), 'fed value').to.deep.equal([4, 4]);
        await toConstant.run({}, state);
        expect(await stepped(), 'constant').to.deep.equal([0, 0]);
        expect([...given, ...kept.data]).to.deep.equal([5, 6, 1, 2]);
        for (const one of [step, toConstant, toFeed, state]) one.dispose();
      });
    });
  }
});
