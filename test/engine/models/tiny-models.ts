import { createRequire } from 'node:module';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as Tf from '@tensorflow/tfjs-core';
import type * as TfLayers from '@tensorflow/tfjs-layers';

// As CommonJS, so that all of TensorFlow.js shares one tfjs-core.
const require = createRequire(import.meta.url);

const dim = (...sizes: readonly number[]) => ({ dim: sizes.map((size) => ({ size: String(size) })) });

/** What the graph model's weights say: the axes that its mean is taken over. */
export const axes = Buffer.from(Int32Array.of(1, 2).buffer);

/**
 * A graph model, written by hand: `doubled` is twice the images, `mean` its mean over height and width.
 *
 * @param shape of an image
 */
export function graphModelJson(shape: readonly number[]): Record<string, unknown> {
  const float = { type: 'DT_FLOAT' };
  return {
    format: 'graph-model',
    modelTopology: {
      node: [
        { name: 'x', op: 'Placeholder', attr: { dtype: float, shape: { shape: dim(-1, ...shape) } } },
        {
          name: 'axes',
          op: 'Const',
          attr: { dtype: { type: 'DT_INT32' }, value: { tensor: { dtype: 'DT_INT32', tensorShape: dim(2) } } },
        },
        { name: 'doubled', op: 'AddV2', input: ['x', 'x'], attr: { T: float } },
        {
          name: 'mean',
          op: 'Mean',
          input: ['doubled', 'axes'],
          attr: { T: float, Tidx: { type: 'DT_INT32' }, keep_dims: { b: false } },
        },
      ],
      library: {},
      versions: {},
    },
    weightsManifest: [{ paths: ['axes.bin'], weights: [{ name: 'axes', shape: [2], dtype: 'int32' }] }],
  };
}

/** Writes {@link graphModelJson} and its weights. */
export async function writeGraphModel(folder: string, shape: readonly number[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'model.json'), JSON.stringify(graphModelJson(shape)));
  await writeFile(join(folder, 'axes.bin'), axes);
}

/**
 * Writes a layers model as `model.save()` does: `conv`, which takes the red value and, as a second channel, the green one
 * of each pixel; `flat`, all of them; `sum`, their weighted sum with weights 1 and 10.
 */
export async function writeLayersModel(folder: string, side: number): Promise<void> {
  const tf = require('@tensorflow/tfjs-core') as typeof Tf;
  require('@tensorflow/tfjs-backend-cpu');
  const layers = require('@tensorflow/tfjs-layers') as typeof TfLayers;
  tf.env().set('PROD', true);
  await tf.setBackend('cpu');
  const model = layers.sequential({
    layers: [
      layers.layers.conv2d({ name: 'conv', inputShape: [side, side, 3], filters: 2, kernelSize: 1, useBias: false }),
      layers.layers.flatten({ name: 'flat' }),
      layers.layers.dense({ name: 'sum', units: 1, useBias: false }),
    ],
  });
  const taken = tf.tensor4d([1, 0, 0, 1, 0, 0], [1, 1, 3, 2]);
  const weights = Float32Array.from({ length: side * side * 2 }, (_, i) => (i % 2 === 0 ? 1 : 10));
  model.setWeights([taken, tf.tensor2d(weights, [weights.length, 1])]);
  await mkdir(folder, { recursive: true });
  await model.save({
    save: async ({ modelTopology, weightSpecs = [], weightData }) => {
      const shards = [weightData ?? new ArrayBuffer(0)].flat().map((shard) => Buffer.from(shard));
      const paths = shards.map((_, i) => `group1-shard${i + 1}of${shards.length}.bin`);
      for (const [i, shard] of shards.entries()) await writeFile(join(folder, paths[i] ?? ''), shard);
      const json = { format: 'layers-model', modelTopology, weightsManifest: [{ paths, weights: weightSpecs }] };
      await writeFile(join(folder, 'model.json'), JSON.stringify(json));
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    },
  });
  model.dispose();
}
