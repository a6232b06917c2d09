import { expect } from 'chai';
import type { Engine } from '../../../src/engine/engine.js';
import * as g from '../../../src/engine/graph/ops.js';
import { Adam } from '../../../src/engine/optimisers/optimisers.js';
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

  it('starts its optimiser anew when told, and keeps the parameters', async () => {
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
