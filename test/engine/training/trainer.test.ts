import { expect } from 'chai';
import type { Engine } from '../../../src/engine/engine.js';
import * as g from '../../../src/engine/graph/ops.js';
import { Adam, makeOptimiser } from '../../../src/engine/optimisers/optimisers.js';
import { denseNetwork, forward, variables } from '../../../src/engine/networks/network.js';
import { initial } from '../../../src/engine/networks/initial.js';
import { Trainer } from '../../../src/engine/training/trainer.js';
import { randomStream } from '../../../src/core/random.js';
import { captureError } from '../../support/capture-error.js';
import { engineForTest } from '../engines-under-test.js';

const network = denseNetwork({ name: 'net', widths: [2, 16, 1], activation: 'tanh' });
// Exclusive or: no linear network can learn it.
const feeds = { x: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1), y: Float32Array.of(0, 1, 1, 0) };

function xorTrainer(engine: Engine): Trainer {
  return new Trainer({
    engine,
    parameters: initial(network, randomStream(1)).trainable,
    nodes: variables(network).trainable,
    optimiser: new Adam({ learningRate: 0.05 }),
    objective: (batch) => ({
      loss: g.mean(
        g.sigmoidCrossEntropy(
          forward(network, g.feed('x', [batch, 2]), 'training').output,
          g.reshape(g.feed('y', [batch]), [batch, 1]),
        ),
      ),
    }),
  });
}

describe('a trainer', () => {
  it('learns exclusive or', async () => {
    const trainer = xorTrainer(await engineForTest());
    let loss = NaN;
    for (let i = 0; i < 200; i++) loss = (await trainer.step(4, feeds))['loss']?.[0] ?? NaN;
    expect(loss).to.be.lessThan(0.02);
    trainer.dispose();
  });

  it('goes on from a saved state with the same bytes', async () => {
    const engine = await engineForTest();
    const original = xorTrainer(engine);
    for (let i = 0; i < 5; i++) await original.step(4, feeds);
    const saved = original.save();
    const restored = xorTrainer(engine);
    restored.restore(saved);
    for (const trainer of [original, restored]) for (let i = 0; i < 5; i++) await trainer.step(4, feeds);
    expect(restored.save()).to.deep.equal(original.save());
    expect(restored.steps).to.equal(10);
  });

  it('updates statistics by what a step did: the path integral of synaptic intelligence', async () => {
    const engine = await engineForTest();
    const w = g.variable('w', [2]);
    const integral = g.variable('integral', [2]);
    const trainer = new Trainer({
      engine,
      parameters: { w: { shape: [2], data: Float32Array.of(1, -2) } },
      statistics: { integral: { shape: [2], data: new Float32Array(2) } },
      nodes: [w],
      optimiser: makeOptimiser({ name: 'sgd', learningRate: 0.25 }),
      objective: () => ({ loss: g.mul(g.sum(g.square(w)), g.constant(0.5)) }),
      // Zenke et al. 2017, equation 3: ω ← ω − g·Δθ.
      extraUpdates: ({ gradients: [gradient = w], next: { w: next = w } }) => ({
        integral: g.sub(integral, g.mul(gradient, g.sub(next, w))),
      }),
    });
    const saved = trainer.save();
    for (let i = 0; i < 2; i++) await trainer.step(1, {});
    // By hand: g = w, Δw = −w/4, ω grows by w²/4. From 1 to 3/4 and from −2 to −3/2, then once more.
    const expected = [(1 + 9 / 16) / 4, (4 + 9 / 4) / 4];
    expect([...trainer.variables.read('integral').data]).to.deep.equal(expected);
    expect([...trainer.variables.read('w').data]).to.deep.equal([9 / 16, -9 / 8]);
    // It is saved with the rest, and goes back with it.
    expect([...(trainer.save().tensors['integral']?.data ?? [])]).to.deep.equal(expected);
    trainer.restore(saved);
    expect([...trainer.variables.read('integral').data]).to.deep.equal([0, 0]);
    trainer.dispose();
  });

  it('takes the gradients of a penalty apart from those of the loss, and the optimiser their sum', async () => {
    const engine = await engineForTest();
    const w = g.variable('w', [2]);
    const apart = g.variable('apart', [2]);
    const trainer = new Trainer({
      engine,
      parameters: { w: { shape: [2], data: Float32Array.of(1, -2) } },
      statistics: { apart: { shape: [2], data: new Float32Array(2) } },
      nodes: [w],
      optimiser: makeOptimiser({ name: 'sgd', learningRate: 0.25 }),
      objective: () => ({ loss: g.mul(g.sum(g.square(w)), g.constant(0.5)), penalty: g.sum(w) }),
      extraUpdates: ({ lossGradients: [gradient = w] }) => ({ apart: g.add(apart, gradient) }),
    });
    // ½·(1 + 4) + (1 − 2); gradients (1, −2) and (1, 1), so that w goes by −¼·(2, −1).
    expect((await trainer.step(1, {}))['loss']?.[0]).to.equal(1.5);
    expect([...trainer.variables.read('w').data]).to.deep.equal([0.5, -1.75]);
    expect([...(trainer.statistics()['apart']?.data ?? [])]).to.deep.equal([1, -2]);
    trainer.dispose();
  });

  it('starts its optimiser anew when asked, and keeps the parameters', async () => {
    const trainer = xorTrainer(await engineForTest());
    for (let i = 0; i < 5; i++) await trainer.step(4, feeds);
    const before = trainer.variables.read('net/0/kernel');
    trainer.resetOptimiser();
    expect(trainer.steps).to.equal(0);
    expect(trainer.variables.read('net/0/kernel')).to.deep.equal(before);
    expect(Math.max(...trainer.variables.read('adam/v/net/0/kernel').data)).to.equal(0);
  });

  it('refuses a saved state that lacks a tensor, and stays what it was', async () => {
    const trainer = xorTrainer(await engineForTest());
    const { json, tensors } = trainer.save();
    await trainer.step(4, feeds);
    const before = trainer.save();
    for (const lacking of ['net/1/kernel', 'adam/m/net/0/kernel']) {
      const rest = Object.fromEntries(Object.entries(tensors).filter(([name]) => name !== lacking));
      const error = await captureError(() => {
        trainer.restore({ json, tensors: rest });
      });
      expect(error.code).to.equal('bad-checkpoint');
      expect(error.message).to.include(`lacks ${lacking};`);
    }
    expect(trainer.save()).to.deep.equal(before);
  });

  it('refuses a saved state without a step count', async () => {
    const trainer = xorTrainer(await engineForTest());
    expect(
      (
        await captureError(() => {
          trainer.restore({ json: {}, tensors: {} });
        })
      ).code,
    ).to.equal('bad-checkpoint');
  });
});
