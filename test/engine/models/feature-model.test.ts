import { createRequire } from 'node:module';
import { mkdir, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import type * as Tf from '@tensorflow/tfjs-core';
import { loadFeatureModel, type FeatureModelOptions } from '../../../src/engine/models/feature-model.js';
import { readModelFiles } from '../../../src/engine/models/model-files.js';
import { whyAbsent } from '../../../src/engine/presence.js';
import { temporaryFolder } from '../../experiment/fixtures.js';
import { captureError } from '../../support/capture-error.js';
import { axes, graphModelJson, writeGraphModel, writeLayersModel } from './tiny-models.js';

const require = createRequire(import.meta.url);

/** Two images of 1 × 2 pixels: red and black, then white and half grey. */
const images = Float32Array.from([1, 0, 0, 0, 0, 0, 1, 1, 1, 0.5, 0.5, 0.5]);

describe('loadFeatureModel', () => {
  const path = temporaryFolder();

  async function features(options: Partial<FeatureModelOptions>, rows: Float32Array, count: number) {
    const model = await loadFeatureModel({
      folder: path(),
      engine: 'cpu',
      sample: [1, 2, 3],
      preprocess: 'unit',
      ...options,
    });
    try {
      const { width, values } = await model.features(rows, count);
      return { input: model.input, engine: model.engine, width, values: Array.from(values) };
    } finally {
      model.dispose();
    }
  }

  for (const engine of ['cpu', 'wasm', 'native'] as const) {
    const reason = whyAbsent(engine);
    const test = reason === undefined ? it : it.skip;
    test(`runs a graph model on ${engine}${reason === undefined ? '' : ` (${reason})`}`, async () => {
      await writeGraphModel(path(), [1, 2, 3]);
      const got = await features({ engine }, images, 2);
      // Twice the mean over the two pixels.
      expect(got).to.deep.equal({
        input: { height: 1, width: 2, channels: 3 },
        engine,
        width: 3,
        values: [1, 0, 0, 1.5, 1.5, 1.5],
      });
    });
  }

  it('takes a node that is named, and the mean over height and width of images', async () => {
    await writeGraphModel(path(), [1, 2, 3]);
    expect((await features({ output: 'doubled' }, images, 2)).values).to.deep.equal([1, 0, 0, 1.5, 1.5, 1.5]);
    const error = await captureError(() => features({ output: 'none' }, images, 2));
    expect(error.code).to.equal('bad-usage');
    expect(error.message).to.include('--output none');
  });

  it('runs a layers model, and a layer of it that is named', async () => {
    await writeLayersModel(path(), 2);
    // One image of 2 × 2: (1, 2, 3), (4, 5, 6), … tenths.
    const image = Float32Array.from({ length: 12 }, (_, i) => (i + 1) / 16);
    const whole = await features({ sample: [2, 2, 3] }, image, 1);
    // Red 1 + 4 + 7 + 10 and ten times green 2 + 5 + 8 + 11, in sixteenths.
    expect(whole).to.deep.include({ width: 1, values: [(22 + 260) / 16] });
    const flat = await features({ sample: [2, 2, 3], output: 'flat' }, image, 1);
    expect(flat.values).to.deep.equal([1, 2, 4, 5, 7, 8, 10, 11].map((value) => value / 16));
    const conv = await features({ sample: [2, 2, 3], output: 'conv' }, image, 1);
    expect(conv.values).to.deep.equal([22 / 64, 26 / 64]);
    const error = await captureError(() => features({ sample: [2, 2, 3], output: 'pool' }, image, 1));
    expect(error.message).to.include('no such layer; known: conv, flat, sum');
  });

  it('resizes to what the model takes, and repeats grey for three channels', async () => {
    await writeGraphModel(path(), [1, 4, 3]);
    const got = await features({ sample: [1, 2, 1] }, Float32Array.of(0, 1), 1);
    expect(got.input).to.deep.equal({ height: 1, width: 4, channels: 3 });
    // Twice the mean of 0, ¼, ¾ and 1.
    expect(got.values).to.deep.equal([1, 1, 1]);
  });

  it('prepares pixels as Keras does for networks trained in caffe, tf or torch', async () => {
    await writeGraphModel(path(), [1, 1, 3]);
    const pixel = Float32Array.of(1, 0.5, 0.25);
    const run = async (preprocess: FeatureModelOptions['preprocess']) =>
      (await features({ sample: [1, 1, 3], preprocess }, pixel, 1)).values.map((value) =>
        Number((value / 2).toFixed(3)),
      );
    // Blue, green, red: 63.75 − 103.939, 127.5 − 116.779, 255 − 123.68.
    expect(await run('caffe')).to.deep.equal([-40.189, 10.721, 131.32]);
    expect(await run('tf')).to.deep.equal([1, 0, -0.5]);
    // (1 − 0.485) / 0.229, (0.5 − 0.456) / 0.224, (0.25 − 0.406) / 0.225.
    expect(await run('torch')).to.deep.equal([2.249, 0.196, -0.693]);
    expect(await run('unit')).to.deep.equal([1, 0.5, 0.25]);
  });

  it('leaves no tensors behind', async () => {
    await writeLayersModel(path(), 2);
    const tf = require('@tensorflow/tfjs-core') as typeof Tf;
    const once = () => features({ sample: [2, 2, 3], output: 'flat' }, new Float32Array(12), 1);
    await once();
    const before = tf.memory().numTensors;
    await once();
    expect(tf.memory().numTensors).to.equal(before);
  });

  const refused: readonly (readonly [what: string, options: Partial<FeatureModelOptions>, message: RegExp])[] = [
    ['samples that are no images', { sample: [784] }, /samples have the shape \[784\]; expected images/],
    ['samples of other channels', { sample: [1, 2, 4] }, /takes 3 channels, the data set's samples have 4/],
  ];
  for (const [what, options, message] of refused) {
    it(`refuses ${what}`, async () => {
      await writeGraphModel(path(), [1, 2, 3]);
      const error = await captureError(() => features(options, images, 1));
      expect(error.code).to.equal('bad-data');
      expect(error.message).to.match(message);
    });
  }

  it('refuses a model that TensorFlow.js does not take, in one line', async () => {
    await writeFile(path('model.json'), JSON.stringify({ modelTopology: { node: 'x' }, weightsManifest: [] }));
    const error = await captureError(() => features({}, images, 1));
    expect(error.code).to.equal('bad-data');
    expect(error.message)
      .to.match(/^--model .*TensorFlow\.js does not take it/)
      .and.to.not.include('\n');
  });
});

describe('readModelFiles', () => {
  const path = temporaryFolder();

  it('distinguishes graph models from layers models, also where they do not say', async () => {
    const { format, ...silent } = graphModelJson([1, 1, 1]);
    await writeFile(path('axes.bin'), axes);
    await writeFile(path('model.json'), JSON.stringify(silent));
    expect([format, (await readModelFiles(path())).kind]).to.deep.equal(['graph-model', 'graph']);
    await writeFile(path('model.json'), JSON.stringify({ ...silent, modelTopology: {} }));
    expect((await readModelFiles(path())).kind).to.equal('layers');
  });

  const weights = (paths: readonly unknown[]) => ({ modelTopology: {}, weightsManifest: [{ paths, weights: [] }] });
  const refused: readonly (readonly [what: string, json: unknown, message: string])[] = [
    ['what is no JSON', undefined, 'it is no JSON'],
    ['a list', [], 'it is no JSON object'],
    ['a model without topology', {}, 'it has no modelTopology'],
    ['weights that are no list', { modelTopology: {}, weightsManifest: 1 }, 'its weightsManifest is damaged'],
    ['weights outside the folder', weights(['../x.bin']), 'is no file in its folder'],
    ['weights anywhere', weights(['/etc/passwd']), 'is no file in its folder'],
    ['weights that are not there', weights(['x.bin']), 'cannot be read'],
  ];
  for (const [what, json, message] of refused) {
    it(`refuses ${what}`, async () => {
      await writeFile(path('model.json'), json === undefined ? '{' : JSON.stringify(json));
      const error = await captureError(() => readModelFiles(path()));
      expect(error.code).to.equal('bad-data');
      expect(error.message).to.include(message);
    });
  }

  it('says what it expects where there is no model', async () => {
    await mkdir(path('empty'));
    expect((await captureError(() => readModelFiles(path('empty')))).message).to.include('model.json cannot be read');
  });
});
