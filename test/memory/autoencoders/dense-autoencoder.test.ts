import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import { syntheticDataset } from '../../../src/data/synthetic.js';
import type { Engine } from '../../../src/engine/engine.js';
import { Autoencoder } from '../../../src/memory/autoencoders/autoencoder.js';
import {
  denseAutoencoder,
  logOdds,
  type DenseAutoencoderOptions,
} from '../../../src/memory/autoencoders/dense-autoencoder.js';
import { corrupted as corruptedBy, inputNoise } from '../../../src/memory/autoencoders/noise.js';
import { captureError } from '../../support/capture-error.js';
import { engineForTest } from '../../engine/engines-under-test.js';

const { train } = syntheticDataset({
  classes: 4,
  width: 24,
  trainPerClass: 32,
  testPerClass: 1,
  spread: 0.02,
  seed: 5,
});
const rows = Uint32Array.from({ length: train.size }, (_, row) => row);
const samples = new Float32Array(train.size * train.width);
train.copyRows(rows, samples);

const plain: DenseAutoencoderOptions = {
  width: 24,
  latent: 8,
  hidden: [],
  activation: 'tanh',
  codeActivation: 'tanh',
  learningRate: 0.01,
};
const noise = { preActivation: 0.5, uniform: 0.5 };

async function trained(engine: Engine, options: DenseAutoencoderOptions, steps = 200): Promise<Autoencoder> {
  const autoencoder = new Autoencoder(engine, denseAutoencoder(options), randomStream(1));
  const weights = new Float32Array(train.size).fill(1 / train.size);
  for (let step = 0; step < steps; step++) await autoencoder.train(train.size, samples, samples, weights);
  return autoencoder;
}

/** Mean squared distance, a value, between the samples and what it makes of x. */
async function distance(autoencoder: Autoencoder, x: Float32Array): Promise<number> {
  const y = await autoencoder.with(autoencoder.trainer.variables).reconstruct(x, train.size);
  return y.reduce((sum, value, i) => sum + (value - (samples[i] ?? 0)) ** 2, 0) / y.length;
}

describe('a dense autoencoder', () => {
  let engine: Engine;
  before(async () => {
    engine = await engineForTest();
  });

  it('that was trained to denoise undoes noise better than one that was not', async () => {
    const [one, other] = [await trained(engine, plain), await trained(engine, { ...plain, noise })];
    const corrupted = corruptedBy(samples, inputNoise({ uniform: 0.5 }), randomStream(9));
    expect(await distance(other, corrupted)).to.be.below(0.85 * (await distance(one, corrupted)));
    one.dispose();
    other.dispose();
  });

  it('draws its noise from its stream: the same seed gives the same bytes', async () => {
    const [one, other] = [
      await trained(engine, { ...plain, noise }, 10),
      await trained(engine, { ...plain, noise }, 10),
    ];
    expect(one.trainer.parameters()).to.deep.equal(other.trainer.parameters());
    one.dispose();
    other.dispose();
  });

  it('trains with either noise alone', async () => {
    for (const only of [{ preActivation: 0.5 }, { uniform: 0.5 }]) {
      const [none, some] = [await trained(engine, plain, 3), await trained(engine, { ...plain, noise: only }, 3)];
      expect(some.trainer.parameters()).to.not.deep.equal(none.trainer.parameters());
      none.dispose();
      some.dispose();
    }
  });

  it('has the activation that it is given on its code, hidden layers or none', async () => {
    for (const hidden of [[], [12]]) {
      const lowest: Record<string, number> = {};
      for (const codeActivation of ['linear', 'relu', 'tanh'] as const) {
        const autoencoder = new Autoencoder(
          engine,
          denseAutoencoder({ ...plain, hidden, codeActivation }),
          randomStream(1),
        );
        // Far out, so that a linear code leaves (−1, 1).
        const codes = await autoencoder.with(autoencoder.trainer.variables).encode(
          samples.map((value) => 20 * value),
          train.size,
        );
        lowest[codeActivation] = Math.min(...codes);
        autoencoder.dispose();
      }
      expect(lowest['linear']).to.be.below(-1);
      expect(lowest['relu']).to.equal(0);
      expect(lowest['tanh']).to.be.within(-1, 0);
    }
  });

  it('decodes the code 0 to what its output bias begins at', async () => {
    const means = Float32Array.from({ length: 24 }, (_, i) => (i + 1) / 26);
    const options = { ...plain, outputBias: logOdds(means) };
    const autoencoder = new Autoencoder(engine, denseAutoencoder(options), randomStream(1));
    const decoded = await autoencoder.with(autoencoder.trainer.variables).decode(new Float32Array(8), 1);
    for (const [i, mean] of means.entries()) expect(decoded[i]).to.be.closeTo(mean, 1e-6);
    autoencoder.dispose();
  });

  it('draws the same first kernels wherever its output bias begins', () => {
    const drawn = (more: Partial<DenseAutoencoderOptions>): Record<string, unknown> => {
      const { trainable } = denseAutoencoder({ ...plain, ...more }).initial(randomStream(1));
      return Object.fromEntries(Object.entries(trainable).filter(([name]) => name.endsWith('/kernel')));
    };
    expect(drawn({ outputBias: new Float32Array(24).fill(-2) })).to.deep.equal(drawn({}));
  });

  it('refuses an output bias of another width', async () => {
    const description = denseAutoencoder({ ...plain, outputBias: new Float32Array(23) });
    const error = await captureError(() => description.initial(randomStream(1)));
    expect(error).to.have.property('code', 'bad-shape');
    expect(error.message).to.equal('an output of 24 values has a bias of 24, and 23 were given');
  });
});
