import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import type { TensorMap } from '../../../src/core/tensor.js';
import type { Engine } from '../../../src/engine/engine.js';
import { feed, mean } from '../../../src/engine/graph/ops.js';
import { binaryCrossEntropyWithLogits } from '../../../src/engine/losses.js';
import { denseNetwork, forward, variables } from '../../../src/engine/networks/network.js';
import { initial } from '../../../src/engine/networks/initial.js';
import { Adam } from '../../../src/engine/optimisers/optimisers.js';
import { Trainer } from '../../../src/engine/training/trainer.js';
import { engineForTest, testedEngines } from '../engines-under-test.js';

const network = denseNetwork({ name: 'autoencoder', widths: [24, 20, 6, 20, 24], activation: 'relu' });
const [batch, width, steps] = [16, 24, 100];

/** Losses of an autoencoder's training, a new batch at each step, and what it ended with. */
async function trained(engine: Engine): Promise<{ losses: number[]; values: TensorMap }> {
  const random = randomStream(11);
  const trainer = new Trainer({
    engine,
    parameters: initial(network, random).trainable,
    nodes: variables(network).trainable,
    optimiser: new Adam({ learningRate: 0.002 }),
    objective: () => {
      const x = feed('x', [batch, width]);
      return { loss: mean(binaryCrossEntropyWithLogits(forward(network, x, 'training').output, x)) };
    },
  });
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    const x = Float32Array.from({ length: batch * width }, () => random.uniform());
    losses.push((await trainer.step(batch, { x }))['loss']?.[0] ?? NaN);
  }
  const values = trainer.variables.readAll();
  trainer.dispose();
  return { losses, values };
}

describe(`${steps} Adam steps of an autoencoder`, () => {
  for (const name of testedEngines) {
    it(`have the same losses on ${name} as on cpu, to 10⁻⁴`, async () => {
      const expected = await trained(await engineForTest('cpu'));
      const { losses } = await trained(await engineForTest(name));
      expect(expected.losses[steps - 1]).to.be.lessThan(expected.losses[0] ?? NaN);
      losses.forEach((loss, i) => {
        expect(loss, `step ${i + 1}`).to.be.closeTo(expected.losses[i] ?? NaN, 1e-4);
      });
    });

    it(`end with the same bytes each time on ${name}`, async () => {
      const engine = await engineForTest(name);
      expect(await trained(engine)).to.deep.equal(await trained(engine));
    });
  }
});
