import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import type { Engine } from '../../../src/engine/engine.js';
import { autoencoders } from '../../../src/memory/autoencoders/autoencoders.js';
import type { MemoryNetwork } from '../../../src/memory/autoencoders/memory-network.js';
import { fitToEnd } from '../../../src/representation/fitting/fit-autoencoder.js';
import {
  pretrainLayers,
  type Pretraining,
  type PretrainingEvent,
} from '../../../src/representation/fitting/layerwise.js';
import { reconstructionErrors } from '../../../src/representation/code-set.js';
import { engineForTest } from '../../engine/engines-under-test.js';
import { captureError } from '../../support/capture-error.js';
import { fourClasses } from '../some-network.js';

/** Pre-trains to the end; gives the events and the reports. */
async function pretrained(pretraining: Pretraining) {
  const events: PretrainingEvent[] = [];
  const running = pretrainLayers(pretraining);
  let next = await running.next();
  for (; next.done !== true; next = await running.next()) events.push(next.value);
  return { events, reports: next.value };
}

async function errorOf(network: MemoryNetwork): Promise<number> {
  const errors = await reconstructionErrors(network.with(network.trainer.variables), fourClasses);
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

describe('layer-wise pre-training', () => {
  let engine: Engine;
  before(async () => {
    engine = await engineForTest();
  });

  const deep = async (options: object = {}): Promise<MemoryNetwork> =>
    autoencoders.deep.make(
      { hidden: [16, 10], latent: 4, activation: 'tanh', learningRate: 0.01, ...options },
      { engine, random: randomStream(1), shape: [24], width: 24 },
    );
  const withNetwork = (network: MemoryNetwork, over: Partial<Pretraining> = {}): Pretraining => ({
    ...{ network, activation: 'tanh', engine, train: fourClasses, learningRate: 0.02 },
    ...{ plan: { epochs: 30, batchSize: 32 }, random: randomStream(2) },
    ...over,
  });

  it('fits layer after layer, the outermost first', async () => {
    const network = await deep();
    const plan = { epochs: 2, batchSize: 64 };
    const { events, reports } = await pretrained(withNetwork(network, { plan }));
    const epochs = events.filter(({ type }) => type === 'epoch-measured').map(({ layer, layers }) => [layer, layers]);
    expect(epochs).to.deep.equal([1, 1, 2, 2, 3, 3].map((layer) => [layer, 3]));
    expect(reports.map(({ steps }) => steps)).to.deep.equal([4, 4, 4]);
    network.dispose();
  });

  for (const activation of ['tanh', 'relu', 'sigmoid'] as const) {
    it(`makes a network of ${activation} reconstruct without any training of the whole`, async () => {
      const [untrained, network] = [await deep({ activation }), await deep({ activation })];
      await pretrained(withNetwork(network, { activation }));
      // What predicts the mean of each value errs by the values' variance, of which the pre-trained network explains half.
      expect(await errorOf(network)).to.be.below(0.5 * variance());
      expect(await errorOf(untrained)).to.be.above(variance());
      expect(network.trainer.steps).to.equal(0);
      untrained.dispose();
      network.dispose();
    });
  }

  it('leaves less to be done: the same fine-tuning gets further', async () => {
    const [cold, warm] = [await deep(), await deep()];
    await pretrained(withNetwork(warm));
    for (const network of [cold, warm]) {
      const plan = { epochs: 10, batchSize: 32 };
      await fitToEnd({ network, train: fourClasses, plan, random: randomStream(3) });
    }
    expect(await errorOf(warm)).to.be.below(await errorOf(cold));
    cold.dispose();
    warm.dispose();
  });

  it('is refused for what is more than a stack of layers', async () => {
    const network = await deep({ batchNorm: true });
    const error = await captureError(() => pretrained(withNetwork(network)));
    expect(error).to.include({ code: 'bad-usage' });
    expect(error.message).to.match(/^layer-wise pre-training is for fully connected layers whose decoder mirrors/);
    network.dispose();
  });
});

/** Mean over values of their variance from sample to sample. */
function variance(): number {
  const { size, width } = fourClasses;
  const values = new Float32Array(size * width);
  fourClasses.copyRows(
    Uint32Array.from({ length: size }, (_, row) => row),
    values,
  );
  const means = Array.from(
    { length: width },
    (_, i) => values.filter((_v, at) => at % width === i).reduce((a, b) => a + b, 0) / size,
  );
  return values.reduce((sum, value, at) => sum + (value - (means[at % width] ?? 0)) ** 2, 0) / values.length;
}
