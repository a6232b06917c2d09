import { expect } from 'chai';
import { rowsOfClasses } from '../../../src/core/dataset.js';
import { RandomStreams } from '../../../src/core/random.js';
import { largestDifference } from '../../../src/core/tensor-maps.js';
import type { Engine } from '../../../src/engine/engine.js';
import { onnxFile } from '../../../src/engine/export/onnx-file.js';
import { AutoHeteroNetwork, type AutoHeteroOptions } from '../../../src/memory/autoencoders/auto-hetero-network.js';
import { captureError } from '../../support/capture-error.js';
import { engineForTest } from '../../engine/engines-under-test.js';
import { outputsOfOnnx } from '../../support/exported-models.js';
import { data } from '../../../src/testing/taught-memory.js';

const small: AutoHeteroOptions = {
  width: 16,
  latent: 6,
  hidden: [32],
  activation: 'relu',
  dropout: 0,
  classWeight: 1,
  learningRate: 0.003,
};

/** Rows of a class, with their labels. */
function rowsOf(label: number, count: number): { features: Float32Array; labels: Int32Array } {
  const features = new Float32Array(count * 16);
  data.train.copyRows(rowsOfClasses(data.train, [label]).subarray(0, count), features);
  return { features, labels: new Int32Array(count).fill(label) };
}

function joined(...parts: readonly { features: Float32Array; labels: Int32Array }[]): ReturnType<typeof rowsOf> {
  return {
    features: Float32Array.from(parts.flatMap(({ features }) => [...features])),
    labels: Int32Array.from(parts.flatMap(({ labels }) => [...labels])),
  };
}

const logOdds = (p: number, t: number): number => -(t * Math.log(p) + (1 - t) * Math.log(1 - p));
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('an auto-hetero network', () => {
  let engine: Engine;
  before(async () => {
    engine = await engineForTest();
  });

  const made = (options: Partial<AutoHeteroOptions> = {}): AutoHeteroNetwork =>
    new AutoHeteroNetwork(engine, { ...small, ...options }, new RandomStreams(1).stream('autoencoder'));

  async function train(network: AutoHeteroNetwork, batch: ReturnType<typeof rowsOf>, steps = 1): Promise<number> {
    const count = batch.labels.length;
    let loss = NaN;
    for (let step = 0; step < steps; step++) {
      const weights = new Float32Array(count).fill(1 / count);
      loss = await network.train(count, batch.features, batch.features, weights, { labels: batch.labels });
    }
    return loss;
  }

  it('has the loss mean BCE of the sample + γ · mean BCE of the classes', async () => {
    const network = made({ classWeight: 3 });
    const batch = joined(rowsOf(0, 2), rowsOf(1, 1));
    network.addClasses([0, 1]);
    const parameters = network.freeze();
    const rebuilt = await network.with(parameters).reconstruct(batch.features, 3);
    const teacher = network.teacher(parameters);
    const logits = await teacher.label(batch.features, 3);
    const targets = [1, 0, 1, 0, 0, 1];
    // Each row weighs ⅓ and each mean is over as many values in every row, so the means of all values will do.
    const expected =
      mean([...rebuilt].map((p, i) => logOdds(p, batch.features[i] ?? NaN))) +
      3 * mean([...logits].map((z, i) => logOdds(sigmoid(z), targets[i] ?? NaN)));
    expect(await train(network, batch)).to.be.closeTo(expected, 1e-5);
    teacher.dispose();
    parameters.dispose();
    network.dispose();
  });

  it('learns to give samples back, and to name their classes', async () => {
    const network = made();
    const batch = joined(rowsOf(0, 40), rowsOf(2, 40));
    await train(network, batch, 300);
    const parameters = network.freeze();
    const rebuilt = await network.with(parameters).reconstruct(batch.features, 80);
    // Spread of the blobs is 0.05, and their centres are 1.3 / √16 ≈ 0.33 apart in each value.
    expect(mean([...rebuilt].map((p, i) => (p - (batch.features[i] ?? NaN)) ** 2))).to.be.lessThan(0.08 ** 2);
    const teacher = network.teacher(parameters);
    expect(teacher.classes).to.deep.equal([0, 2]);
    const logits = await teacher.label(batch.features, 80);
    for (let row = 0; row < 80; row++) {
      const [zero = NaN, two = NaN] = logits.subarray(row * 2, row * 2 + 2);
      expect(row < 40 ? zero > two : two > zero).to.equal(true);
    }
    teacher.dispose();
    parameters.dispose();
    network.dispose();
  });

  it('grows an output for a new class and keeps all else, the moments of the optimiser included', async () => {
    const network = made();
    const batch = joined(rowsOf(3, 8), rowsOf(1, 8));
    await train(network, batch, 20);
    const before = network.save();
    const [old, steps] = [network.freeze(), network.trainer.steps];
    const logits = await network.teacher(old).label(batch.features, 16);
    const rebuilt = await network.with(old).reconstruct(batch.features, 16);

    network.addClasses([3, 2, 0, 1]);
    const now = network.freeze();
    const grown = network.teacher(now);
    expect(grown.classes).to.deep.equal([1, 3, 0, 2]);
    expect(await network.with(now).reconstruct(batch.features, 16)).to.deep.equal(rebuilt);
    const wider = await grown.label(batch.features, 16);
    for (let row = 0; row < 16; row++) {
      expect([...wider.subarray(row * 4, row * 4 + 2)]).to.deep.equal([...logits.subarray(row * 2, row * 2 + 2)]);
    }
    expect(network.trainer.steps).to.equal(steps);
    const [kept, after] = [before.tensors, network.save().tensors];
    const trunk = Object.keys(kept).filter((name) => !name.includes('hetero'));
    const of = (tensors: typeof kept): typeof kept => Object.fromEntries(trunk.map((name) => [name, tensors[name] ?? { shape: [], data: new Float32Array() }])); // prettier-ignore
    expect(trunk.some((name) => name.includes('adam/v'))).to.equal(true);
    expect(largestDifference(of(kept), of(after))).to.equal(0);
    const moments = (tensors: typeof kept): readonly number[] => [
      ...(tensors['network/adam/v/hetero/0/bias']?.data ?? []),
    ];
    expect(moments(after).slice(0, 2)).to.deep.equal(moments(kept));
    expect(Math.min(...moments(kept))).to.be.greaterThan(0);
    expect(moments(after).slice(2)).to.deep.equal([0, 0]);
    await train(network, joined(rowsOf(0, 8), rowsOf(2, 8)), 1);
    network.dispose();
  });

  it('learns of a dream what its teacher said of every class', async () => {
    const network = made();
    const { features } = rowsOf(0, 8);
    const logits = Float32Array.from({ length: 24 }, (_, i) => [Math.log(3), 0, -Math.log(3)][i % 3] ?? NaN);
    const weights = new Float32Array(8).fill(1 / 8);
    const dreams = { count: 8, logits, classes: [4, 9, 7] };
    for (let step = 0; step < 400; step++) {
      await network.train(8, features, features, weights, { labels: new Int32Array(8).fill(4), dreams });
    }
    const parameters = network.freeze();
    const teacher = network.teacher(parameters);
    expect(teacher.classes).to.deep.equal([4, 7, 9]);
    const said = (await teacher.label(features, 8)).map(sigmoid);
    // σ(ln 3) = ¾ for 4, σ(−ln 3) = ¼ for 7, σ(0) = ½ for 9
    [0.75, 0.25, 0.5].forEach((wanted, c) => {
      expect(said[c]).to.be.closeTo(wanted, 0.05);
    });
    teacher.dispose();
    parameters.dispose();
    network.dispose();
  });

  it('drops units while it trains, and only then', async () => {
    const [whole, dropped] = [made(), made({ dropout: 0.5 })];
    const batch = joined(rowsOf(0, 8), rowsOf(1, 8));
    const [a, b] = [await train(whole, batch), await train(dropped, batch)];
    expect(a).not.to.equal(b);
    const outputs = [];
    for (const network of [dropped, dropped]) {
      const parameters = network.freeze();
      outputs.push(await network.with(parameters).reconstruct(batch.features, 16));
      parameters.dispose();
    }
    expect(outputs[0]).to.deep.equal(outputs[1]);
    // Two steps from one state, of which only the masks differ.
    const state = dropped.save();
    const first = await train(dropped, batch);
    dropped.restore(state);
    expect(await train(dropped, batch)).not.to.equal(first);
    whole.dispose();
    dropped.dispose();
  });

  it('hands out a decoder that gives samples and names classes as it does', async () => {
    const network = made();
    const batch = joined(rowsOf(0, 8), rowsOf(1, 8));
    await train(network, batch, 50);
    const parameters = network.freeze();
    const autoencoder = network.with(parameters);
    const codes = await autoencoder.encode(batch.features, 16);
    const trained = network.decoder();
    expect(trained.classes).to.deep.equal([0, 1]);
    const outputs = await outputsOfOnnx(onnxFile(trained, { version: '0', about: {} }), {
      code: { shape: [16, 6], data: codes },
    });
    const teacher = network.teacher(parameters);
    const [samples, logits] = [await autoencoder.decode(codes, 16), await teacher.label(batch.features, 16)];
    outputs['sample']?.data.forEach((value, i) => expect(value).to.be.closeTo(samples[i] ?? NaN, 1e-5));
    outputs['logits']?.data.forEach((value, i) => expect(value).to.be.closeTo(logits[i] ?? NaN, 1e-4));
    expect(outputs['logits']?.data).to.have.length(32);
    teacher.dispose();
    parameters.dispose();
    network.dispose();
  });

  it('restored, has its classes in the order in which they were met', async () => {
    const network = made();
    await train(network, rowsOf(3, 4), 2);
    await train(network, rowsOf(0, 4), 2);
    const other = made();
    other.restore(network.save());
    const parameters = other.freeze();
    expect(other.teacher(parameters).classes).to.deep.equal([3, 0]);
    expect(other.save()).to.deep.equal(network.save());
    for (const each of [network, other]) each.dispose();
  });

  it('without a class labels nothing, and says so', async () => {
    const network = made();
    const parameters = network.freeze();
    const error = await captureError(() => network.teacher(parameters));
    expect(error.code).to.equal('learner-failed');
    expect(error.message).to.include('has met no class');
    parameters.dispose();
    network.dispose();
  });
});
