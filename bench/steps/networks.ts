import { RandomStreams } from '../../src/core/random.js';
import type { Engine, Feeds } from '../../src/engine/engine.js';
import type { GraphNode } from '../../src/engine/graph/node.js';
import { feed, mean, sigmoid, square, sub } from '../../src/engine/graph/ops.js';
import { softmaxCrossEntropy } from '../../src/engine/losses.js';
import { denseNetwork, forward, variables, type Network } from '../../src/engine/networks/network.js';
import { initial } from '../../src/engine/networks/initial.js';
import { Adam } from '../../src/engine/optimisers/optimisers.js';
import { Trainer } from '../../src/engine/training/trainer.js';

/** What is trained: the same networks, losses and optimiser as in torch_worker.py. */
const deep = denseNetwork({
  name: 'deep',
  widths: [784, 600, 400, 100, 400, 600, 784],
  activation: 'relu',
});

const convolutional: Network = {
  name: 'convolutional',
  input: [1, 28, 28],
  layers: [
    { kind: 'conv2d', channels: 16, size: 3, stride: 2, padding: 1 },
    { kind: 'activation', activation: 'relu' },
    { kind: 'conv2d', channels: 32, size: 3, stride: 2, padding: 1 },
    { kind: 'activation', activation: 'relu' },
    { kind: 'convTranspose2d', channels: 16, size: 3, stride: 2, padding: 1, outputPadding: 1 },
    { kind: 'activation', activation: 'relu' },
    { kind: 'convTranspose2d', channels: 1, size: 3, stride: 2, padding: 1, outputPadding: 1 },
  ],
};

const classifier = denseNetwork({ name: 'classifier', widths: [784, 400, 400, 10], activation: 'relu' });

/** Mean squared error of what comes out as probabilities. */
function reconstruction(output: GraphNode, x: GraphNode): GraphNode {
  return mean(square(sub(sigmoid(output), x)));
}

export const networks = {
  'deep autoencoder': { network: deep, loss: reconstruction },
  'convolutional autoencoder': { network: convolutional, loss: reconstruction },
  classifier: {
    network: classifier,
    loss: (output: GraphNode) => mean(softmaxCrossEntropy(output, feed('y', output.shape))),
  },
} as const;

export type NetworkName = keyof typeof networks;

/** A network ready to train with Adam, and a batch for it. */
export function prepare(engine: Engine, name: NetworkName, batch: number): { trainer: Trainer; feeds: Feeds } {
  const { network, loss } = networks[name];
  const random = new RandomStreams(1).stream('bench');
  const trainer = new Trainer({
    engine,
    parameters: initial(network, random).trainable,
    nodes: variables(network).trainable,
    optimiser: new Adam({ learningRate: 1e-3 }),
    objective: () => {
      const x = feed('x', [batch, ...network.input]);
      return { loss: loss(forward(network, x, 'training').output, x) };
    },
  });
  const x = Float32Array.from({ length: batch * 784 }, () => random.uniform());
  const y = new Float32Array(batch * 10);
  for (let row = 0; row < batch; row++) y[row * 10 + (row % 10)] = 1;
  return { trainer, feeds: name === 'classifier' ? { x, y } : { x } };
}
