import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as Ort from 'onnxruntime-node';
import type * as TfConverter from '@tensorflow/tfjs-converter';
import type * as Tf from '@tensorflow/tfjs-core';
import type { Tensor } from '../../src/core/tensor.js';
import { loadOrt } from '../../src/engine/executors/load-ort.js';

// As CommonJS, so that all of TensorFlow.js shares one tfjs-core.
const require = createRequire(import.meta.url);

type Values = Readonly<Record<string, Tensor>>;

/** What an ONNX model gives for these inputs in ONNX Runtime. */
export async function outputsOfOnnx(model: Uint8Array, inputs: Values): Promise<Record<string, Tensor>> {
  const ort = loadOrt();
  const session = await ort.InferenceSession.create(model, { logSeverityLevel: 3 });
  const feeds = Object.entries(inputs).map(([name, { shape, data }]) => [name, new ort.Tensor('float32', data, shape)]);
  const results = await session.run(Object.fromEntries(feeds) as Ort.InferenceSession.FeedsType);
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, { dims, data }]) => [name, { shape: [...dims], data: data as Float32Array }]),
  );
}

interface ModelJson {
  readonly modelTopology: object;
  readonly signature: { readonly outputs: object };
  readonly userDefinedMetadata: Readonly<Record<string, object | string>>;
  readonly weightsManifest: readonly {
    readonly paths: readonly string[];
    readonly weights: Tf.io.WeightsManifestEntry[];
  }[];
}

export interface LoadedGraphModel {
  readonly metadata: ModelJson['userDefinedMetadata'];
  outputs(inputs: Values): Record<string, Tensor>;
}

/** A graph model from the files that `tf.loadGraphModel` would fetch, in TensorFlow.js in plain JavaScript. */
export async function loadTfjs(path: string): Promise<LoadedGraphModel> {
  const tf = require('@tensorflow/tfjs-core') as typeof Tf;
  require('@tensorflow/tfjs-backend-cpu');
  const converter = require('@tensorflow/tfjs-converter') as typeof TfConverter;
  const json = JSON.parse(await readFile(path, 'utf8')) as ModelJson;
  const paths = json.weightsManifest.flatMap((group) => group.paths);
  const weights = Buffer.concat(await Promise.all(paths.map((file) => readFile(join(dirname(path), file)))));
  const artifacts: Tf.io.ModelArtifacts = {
    ...json,
    weightSpecs: json.weightsManifest.flatMap((group) => group.weights),
    weightData: Uint8Array.from(weights).buffer,
  };
  // No banner that advertises another package.
  tf.env().set('PROD', true);
  await tf.setBackend('cpu');
  const model = await converter.loadGraphModel({ load: () => Promise.resolve(artifacts) });
  return {
    metadata: json.userDefinedMetadata,
    outputs: (inputs) => {
      const names = Object.keys(json.signature.outputs);
      const feeds = Object.entries(inputs).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]);
      const results = model.execute(Object.fromEntries(feeds) as Tf.NamedTensorMap, names);
      return Object.fromEntries(
        [results]
          .flat()
          .map((tensor, i) => [names[i] ?? '', { shape: tensor.shape, data: tensor.dataSync() as Float32Array }]),
      );
    },
  };
}
