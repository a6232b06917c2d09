import type * as TfConverter from '@tensorflow/tfjs-converter';
import type { io, Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type * as TfLayers from '@tensorflow/tfjs-layers';
import { createRequire } from 'node:module';
import { messageOf, ReverieError } from '../../core/errors.js';
import { formatShape, type Shape } from '../../core/tensor.js';
import { loadTfjs, type LoadedTfjs, type TfjsName } from '../executors/tfjs-backends.js';
import type { Tf } from '../executors/tfjs-ops.js';
import { readModelFiles, type ModelFiles } from './model-files.js';
import { preprocessed, type ImageShape, type Preprocessing } from './preprocessing.js';

// As CommonJS, so that all of TensorFlow.js shares one tfjs-core.
const require = createRequire(import.meta.url);

export interface FeatureModelOptions {
  /** Folder with the model's `model.json`. */
  readonly folder: string;
  /** What computes; `auto` takes the first of native, wasm and cpu that loads. */
  readonly engine: TfjsName | 'auto';
  /** Shape of one sample: height, width and channels. */
  readonly sample: Shape;
  readonly preprocess: Preprocessing;
  /** Layer, or node of a graph, whose values are the features; the model's own output if not given. */
  readonly output?: string;
}

/** A network that makes features of images. */
export interface FeatureModel {
  readonly engine: TfjsName;
  readonly versions: LoadedTfjs['versions'];
  /** What the network takes. */
  readonly input: ImageShape;
  /**
   * The features of `count` samples, row-major. Of an output of [n, h, w, c] the mean over height and width is taken.
   *
   * @param rows `count` samples with values in [0, 1]
   */
  features(rows: Float32Array, count: number): Promise<{ readonly width: number; readonly values: Float32Array }>;
  dispose(): void;
}

/**
 * Loads a layers model or graph model of TensorFlow.js.
 *
 * @throws ReverieError `bad-data` for files that are no such model, one with several inputs, or one that takes no images
 *   of these samples; `bad-usage` where it has no such output; `engine-unavailable` where TensorFlow.js does not load
 */
export async function loadFeatureModel(options: FeatureModelOptions): Promise<FeatureModel> {
  const { folder, sample, preprocess } = options;
  const [height, width, channels] = sample;
  if (sample.length !== 3 || height === undefined || width === undefined || channels === undefined) {
    throw bad(
      folder,
      `the data set's samples have the shape ${formatShape(sample)}; expected images [height, width, channels]`,
    );
  }
  const files = await readModelFiles(folder);
  const { name, tf, versions } = await loadFirst(options.engine);
  const network = await open(files, folder, options.output);
  const input = inputOf(network.inputShape, { height, width, channels }, folder);
  if (preprocess !== 'unit' && preprocess !== 'tf' && input.channels !== 3) {
    network.dispose();
    throw bad(folder, `it takes ${input.channels} channels; --preprocess ${preprocess} is for three`);
  }
  return {
    engine: name,
    versions,
    input,
    features: async (rows, count) => {
      // TensorFlow.js has one current backend in a process; another engine may have been at work in between.
      await tf.setBackend(backends[name]);
      const out = tf.tidy(() => {
        const images = tf.tensor4d(rows, [count, height, width, channels]);
        return asRows(tf, network.run(preprocessed(tf, images, input, preprocess)), count, folder);
      });
      try {
        const values = await out.data<'float32'>();
        return { width: out.shape[1], values };
      } finally {
        out.dispose();
      }
    },
    dispose: () => {
      network.dispose();
    },
  };
}

const backends = { native: 'tensorflow', wasm: 'wasm', cpu: 'cpu' } as const;

async function loadFirst(engine: TfjsName | 'auto'): Promise<LoadedTfjs & { readonly name: TfjsName }> {
  const reasons: string[] = [];
  for (const name of engine === 'auto' ? (['native', 'wasm', 'cpu'] as const) : [engine]) {
    try {
      return { name, ...(await loadTfjs(name)) };
    } catch (error) {
      reasons.push(`${name} (${messageOf(error).split('\n', 1).join('')})`);
    }
  }
  throw new ReverieError('engine-unavailable', `--engine ${engine} does not load: ${reasons.join('; ')}`);
}

interface Network {
  /** With its first extent, the number of samples; extents that may be any are null. */
  readonly inputShape: readonly (number | null)[];
  run(images: Tensor4D): Tensor;
  dispose(): void;
}

async function open({ kind, artifacts }: ModelFiles, folder: string, output: string | undefined): Promise<Network> {
  const handler: io.IOHandler = { load: () => Promise.resolve(artifacts) };
  try {
    return kind === 'graph' ? await openGraph(handler, output) : await openLayers(handler, output);
  } catch (cause) {
    if (cause instanceof ReverieError) throw cause;
    throw bad(folder, `TensorFlow.js does not take it: ${messageOf(cause).replaceAll(/\s+/g, ' ')}`, cause);
  }
}

async function openGraph(handler: io.IOHandler, output: string | undefined): Promise<Network> {
  const { loadGraphModel } = library('@tensorflow/tfjs-converter') as typeof TfConverter;
  const model = await loadGraphModel(handler);
  const inputShape = onlyInput(model.inputs.map(({ shape }) => shape ?? []));
  return {
    inputShape,
    run: (images) => {
      try {
        const result = output === undefined ? model.predict(images) : model.execute(images, output);
        return only(result);
      } catch (cause) {
        throw output === undefined ? cause : noSuch(output, 'node', cause);
      }
    },
    dispose: () => {
      model.dispose();
    },
  };
}

async function openLayers(handler: io.IOHandler, output: string | undefined): Promise<Network> {
  const layers = library('@tensorflow/tfjs-layers') as typeof TfLayers;
  const whole = await layers.loadLayersModel(handler);
  const inputShape = onlyInput(whole.inputs.map(({ shape }) => shape));
  const known = whole.layers.map(({ name }) => name);
  if (output !== undefined && !known.includes(output)) throw noSuch(output, `layer; known: ${known.join(', ')}`);
  const model =
    output === undefined ? whole : layers.model({ inputs: whole.inputs, outputs: whole.getLayer(output).output });
  return {
    inputShape,
    run: (images) => only(model.predict(images)),
    dispose: () => {
      whole.dispose();
    },
  };
}

function library(name: string): unknown {
  try {
    return require(name);
  } catch (cause) {
    throw new ReverieError(
      'engine-unavailable',
      `${name} does not load: ${messageOf(cause).split('\n', 1).join('')}; npm install ${name}@4.22.0`,
      { cause },
    );
  }
}

function onlyInput(shapes: readonly (readonly (number | null)[])[]): readonly (number | null)[] {
  const [shape, ...more] = shapes;
  if (shape === undefined || more.length > 0) throw new Error(`it has ${shapes.length} inputs, expected one`);
  return shape;
}

function only(result: unknown): Tensor {
  const tensors = (Array.isArray(result) ? result : [result]) as readonly Tensor[];
  const [first, ...more] = tensors;
  if (first === undefined || more.length > 0)
    throw new Error(`it has ${tensors.length} outputs; name one with --output`);
  return first;
}

function inputOf(shape: readonly (number | null)[], sample: ImageShape, folder: string): ImageShape {
  const [, height, width, channels] = shape;
  if (shape.length !== 4)
    throw bad(folder, `it takes inputs of rank ${shape.length}; expected images, [n, h, w, channels]`);
  const any = (extent: number | null | undefined, own: number): number =>
    extent === null || extent === undefined || extent < 1 ? own : extent;
  const input = {
    height: any(height, sample.height),
    width: any(width, sample.width),
    channels: any(channels, sample.channels),
  };
  if (input.channels !== sample.channels && sample.channels !== 1) {
    throw bad(folder, `it takes ${input.channels} channels, the data set's samples have ${sample.channels}`);
  }
  return input;
}

function asRows(tf: Tf, output: Tensor, count: number, folder: string): Tensor2D {
  const rows = output.rank === 4 ? tf.mean(output, [1, 2]) : output;
  if (rows.rank === 2 && rows.shape[0] === count) return rows as Tensor2D;
  throw bad(
    folder,
    `its output has the shape ${formatShape(output.shape)}; expected [n, width] or [n, h, w, channels]`,
  );
}

function noSuch(output: string, what: string, cause?: unknown): ReverieError {
  return new ReverieError('bad-usage', `--output ${output}: the model has no such ${what}`, { cause });
}

function bad(folder: string, what: string, cause?: unknown): ReverieError {
  return new ReverieError('bad-data', `--model ${folder}: ${what}`, { cause });
}
