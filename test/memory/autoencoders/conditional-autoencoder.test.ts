import { expect } from 'chai';
import { rowsOfClasses } from '../../../src/core/dataset.js';
import { RandomStreams, randomStream } from '../../../src/core/random.js';
import type { Json } from '../../../src/core/snapshot.js';
import { syntheticDataset } from '../../../src/data/synthetic.js';
import type { Engine } from '../../../src/engine/engine.js';
import { onnxFile } from '../../../src/engine/export/onnx-file.js';
import { classCode, classCodes, classCodeWidth } from '../../../src/memory/autoencoders/classes.js';
import { Autoencoder } from '../../../src/memory/autoencoders/autoencoder.js';
import {
  conditionalAutoencoder,
  type ConditionalOptions,
} from '../../../src/memory/autoencoders/conditional-autoencoder.js';
import { usualTraining } from '../../../src/memory/autoencoders/layered.js';
import { captureError } from '../../support/capture-error.js';
import { outputsOfOnnx } from '../../support/exported-models.js';
import { engineForTest } from '../../engine/engines-under-test.js';
import { data, nearestClasses } from '../../../src/testing/taught-memory.js';

const latent = 4;

describe('codes of classes', () => {
  it('distinguish a hundred classes, and are the same ones every time', () => {
    const codes = Array.from({ length: 100 }, (_, label) => classCode(label).join(','));
    expect(new Set(codes).size).to.equal(100);
    expect([...classCodes([7, 3])]).to.deep.equal([...classCode(7), ...classCode(3)]);
  });
});

describe('a conditional autoencoder', () => {
  let engine: Engine;
  before(async () => {
    engine = await engineForTest();
  });

  const options: Omit<ConditionalOptions, 'conditioning'> = {
    ...usualTraining,
    ...{ latent, hidden: [32], activation: 'relu', learningRate: 0.003 },
    ...{ mmdWeight: 30, mmdScope: 'class', codeNoise: 0.1, batchNorm: false, dropout: 0 },
  };
  const made = (conditioning: 'both' | 'decoder' = 'decoder'): Autoencoder =>
    new Autoencoder(
      engine,
      conditionalAutoencoder({ ...options, conditioning }, 16),
      new RandomStreams(1).stream('autoencoder'),
    );

  async function train(
    network: Autoencoder,
    steps: number,
    classes: readonly number[] = data.classes,
    samples = data.train,
  ): Promise<void> {
    const all = Array.from({ length: samples.size }, (_, row) => row);
    const rows = all.filter((row) => classes.includes(samples.label(row)));
    const random = randomStream(2);
    const count = 64;
    for (let step = 0; step < steps; step++) {
      const batch = Array.from({ length: count }, () => rows[random.integer(rows.length)] ?? 0);
      const x = new Float32Array(count * 16);
      samples.copyRows(batch, x);
      const labels = Int32Array.from(batch, (row) => samples.label(row));
      await network.train(count, x, x, new Float32Array(count).fill(1 / count), { labels });
    }
  }

  for (const conditioning of ['both', 'decoder'] as const) {
    it(`makes of noise samples of the class asked for: ${conditioning}`, async () => {
      const network = made(conditioning);
      await train(network, 400);
      const autoencoder = network.with(network.trainer.variables);
      const count = 200;
      const seeds = (await autoencoder.samplePrior?.(count, randomStream(3))) ?? new Float32Array();
      const wanted = Array.from({ length: count }, (_, row) => {
        const at = row * (latent + classCodeWidth) + latent;
        const code = seeds.subarray(at, at + classCodeWidth).join(',');
        return data.classes.find((label) => classCode(label).join(',') === code);
      });
      for (const label of data.classes) expect(wanted.filter((own) => own === label)).to.have.length(count / 4);
      const features = await autoencoder.decode(seeds, count);
      const near = nearestClasses({ count, features, logits: new Float32Array(), classes: [] });
      expect(near.filter((label, row) => label === wanted[row]).length / count).to.be.greaterThan(0.97);
      network.dispose();
    });
  }

  it('conditioned on both sides predicts the class where it is not given: what it makes of a sample is of its class', async () => {
    const network = made('both');
    await train(network, 400);
    const count = data.test.size;
    const features = new Float32Array(count * 16);
    data.test.copyRows(
      Uint32Array.from({ length: count }, (_, row) => row),
      features,
    );
    const rebuilt = await network.with(network.trainer.variables).reconstruct(features, count);
    const near = nearestClasses({ count, features: rebuilt, logits: new Float32Array(), classes: [] });
    expect(near.filter((label, row) => label === data.test.label(row)).length / count).to.be.greaterThan(0.97);
    network.dispose();
  });

  it('refuses rows without labels', async () => {
    const network = made();
    const error = await captureError(() =>
      network.train(2, new Float32Array(32), new Float32Array(32), Float32Array.of(0.5, 0.5)),
    );
    expect(error.code).to.equal('bad-data');
    expect(error.message).to.match(/needs the class of each row, and these rows have no labels/);
    network.dispose();
  });

  it('has codes whose moments are those of noise, in each class', async () => {
    const network = made();
    // Samples that differ so much within a class that there is something to say of them apart from it.
    const options = { classes: 4, width: 16, trainPerClass: 250, testPerClass: 1, spread: 0.3, seed: 3 };
    const { train: varied } = syntheticDataset(options);
    await train(network, 600, data.classes, varied);
    for (const label of data.classes) {
      const rows = rowsOfClasses(varied, [label]);
      const features = new Float32Array(rows.length * 16);
      varied.copyRows(rows, features);
      const codes = await network.with(network.trainer.variables).encode(features, rows.length);
      for (let i = 0; i < latent; i++) {
        const values = Array.from(rows, (_, row) => codes[row * (latent + classCodeWidth) + i] ?? 0);
        const mean = values.reduce((total, value) => total + value, 0) / values.length;
        const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length;
        expect(mean).to.be.closeTo(0, 0.4);
        expect(variance).to.be.within(0.5, 1.6);
      }
    }
    network.dispose();
  });

  it('frozen, seeds only the classes that it had met then', async () => {
    const network = made();
    await train(network, 2, [0, 1]);
    const frozen = network.freeze();
    await train(network, 2, [2, 3]);
    const classesIn = async (parameters: typeof frozen): Promise<number> => {
      const seeds = (await network.with(parameters).samplePrior?.(40, randomStream(1))) ?? new Float32Array();
      const width = latent + classCodeWidth;
      const codes = Array.from({ length: 40 }, (_, row) =>
        seeds.subarray(row * width + latent, (row + 1) * width).join(),
      );
      return new Set(codes).size;
    };
    expect([await classesIn(frozen), await classesIn(network.trainer.variables)]).to.deep.equal([2, 4]);
    frozen.dispose();
    network.dispose();
  });

  it('exports a decoder that makes samples of a class by its number', async () => {
    const network = made();
    await train(network, 20);
    const decoder = network.decoder();
    expect(decoder.classes).to.deep.equal(data.classes);
    const code = Float32Array.from({ length: 2 * latent }, (_, i) => Math.sin(i));
    const choice = Float32Array.of(0, 1, 0, 0, 0, 0, 0, 1);
    const { sample } = await outputsOfOnnx(onnxFile(decoder, { version: '0', about: {} }), {
      code: { shape: [2, latent], data: code },
      class: { shape: [2, 4], data: choice },
    });
    const seeds = Float32Array.of(...code.slice(0, latent), ...classCode(1), ...code.slice(latent), ...classCode(3));
    const own = await network.with(network.trainer.variables).decode(seeds, 2);
    own.forEach((value, i) => expect(sample?.data[i]).to.be.closeTo(value, 1e-5));
    network.dispose();
  });

  it('refuses a saved state without parameters', async () => {
    const network = made();
    const { json } = network.save();
    const error = await captureError(() => {
      const { classes = null } = json as Record<string, Json>;
      network.restore({ json: { classes }, tensors: {} });
    });
    expect(error.code).to.equal('bad-checkpoint');
    network.dispose();
  });
});
