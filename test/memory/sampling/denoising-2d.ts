import { randomStream } from '../../../src/core/random.js';
import type { FrozenAutoencoder } from '../../../src/core/sampler.js';
import type { Engine } from '../../../src/engine/engine.js';
import { feed, mean } from '../../../src/engine/graph/ops.js';
import { squaredError } from '../../../src/engine/losses.js';
import { denseNetwork, forward, infer, variables } from '../../../src/engine/networks/network.js';
import { initial } from '../../../src/engine/networks/initial.js';
import { Adam } from '../../../src/engine/optimisers/optimisers.js';
import { cosine } from '../../../src/engine/optimisers/schedules.js';
import { BatchedFunction } from '../../../src/engine/training/batched-function.js';
import { Trainer } from '../../../src/engine/training/trainer.js';
import { point } from './mixture.js';

/** Trains a small denoising autoencoder on points of the mixture: MSE against the point, given it with noise N(0, σ²). */
export async function trainDenoising(engine: Engine, variance: number, steps: number): Promise<FrozenAutoencoder> {
  const network = denseNetwork({ name: 'r', widths: [2, 48, 48, 2], activation: 'tanh' });
  const random = randomStream(7);
  const trainer = new Trainer({
    engine,
    parameters: initial(network, random).trainable,
    nodes: variables(network).trainable,
    optimiser: new Adam({ learningRate: cosine({ from: 0.005, steps }) }),
    objective: (batch) => {
      const output = forward(network, feed('x', [batch, 2]), 'training').output;
      return { loss: mean(squaredError(output, feed('target', [batch, 2]))) };
    },
  });
  const batch = 512;
  const [x, target, noise] = [0, 0, 0].map(() => new Float32Array(2 * batch));
  if (x === undefined || target === undefined || noise === undefined) throw new Error('three arrays were made');
  for (let step = 0; step < steps; step++) {
    for (let i = 0; i < batch; i++) target.set(point(random.uniform(), [random.normal(), random.normal()]), 2 * i);
    random.fillNormal(noise);
    for (let i = 0; i < x.length; i++) x[i] = (target[i] ?? 0) + Math.sqrt(variance) * (noise[i] ?? 0);
    await trainer.step(batch, { x, target });
  }
  const r = new BatchedFunction(engine, 2, (rows) => infer(network, rows));
  const reconstruct = (rows: Float32Array, count: number): Promise<Float32Array> =>
    r.apply(rows, count, trainer.variables);
  return { width: 2, codeWidth: 1, encode: reconstruct, decode: reconstruct, reconstruct };
}
