import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import type { TensorMap } from '../../../src/core/tensor.js';
import { createOrtEngine } from '../../../src/engine/executors/ort.js';
import * as g from '../../../src/engine/graph/ops.js';
import { Adam } from '../../../src/engine/optimisers/adam.js';
import {
  denseForward,
  denseVariables,
  initialDense,
  type DenseNetwork,
} from '../../../src/engine/training/dense-network.js';
import { Trainer } from '../../../src/engine/training/trainer.js';

const network: DenseNetwork = { name: 'net', widths: [256, 300, 256], activation: 'relu' };
const [batch, width] = [128, 256];

/** Parameters after 30 Adam steps of an autoencoder large enough for its products to be split over threads. */
async function trained(threads: readonly number[]): Promise<TensorMap> {
  const trainer = new Trainer({
    engine: createOrtEngine({ threads }),
    parameters: initialDense(network, randomStream(1)),
    nodes: denseVariables(network),
    optimiser: new Adam({ learningRate: 0.001 }),
    objective: () => {
      const x = g.feed('x', [batch, width]);
      return { loss: g.mean(g.sigmoidCrossEntropy(denseForward(network, x), x)) };
    },
  });
  const random = randomStream(2);
  for (let i = 0; i < 30; i++) {
    await trainer.step(batch, { x: Float32Array.from({ length: batch * width }, () => random.uniform()) });
  }
  const parameters = trainer.variables.readAll();
  trainer.dispose();
  return parameters;
}

describe('ONNX Runtime', () => {
  it('computes the same bytes with one thread, with two, and changing between them', async () => {
    const one = await trained([1]);
    expect(await trained([2])).to.deep.equal(one);
    // Tries the second count in its second run, and whichever is quicker from there on.
    expect(await trained([2, 1])).to.deep.equal(one);
  });
});
