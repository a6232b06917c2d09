import type { Samples } from '../../core/dataset.js';
import { ReverieError } from '../../core/errors.js';
import type { RandomStream } from '../../core/random.js';
import type { Shape, Tensor, TensorMap } from '../../core/tensor.js';
import type { Engine } from '../../engine/engine.js';
import { autoencoders } from '../../memory/autoencoders/autoencoders.js';
import type { MemoryNetwork } from '../../memory/autoencoders/memory-network.js';
import { arraySamples } from '../../core/array-samples.js';
import { encodeAll } from '../code-set.js';
import { fitAutoencoder, type FitEvent, type FitReport, type FitPlan } from './fit-autoencoder.js';

/** Activations that a code can have, which is what a layer's output is while it is pre-trained. */
type LayerActivation = 'linear' | 'relu' | 'tanh' | 'sigmoid';

export interface Pretraining {
  /** What is pre-trained: fully connected layers and activations, the decoder the encoder's mirror, such as `deep`. */
  readonly network: MemoryNetwork;
  /** Its hidden layers' activation. */
  readonly activation: LayerActivation;
  /** Its code's activation; linear if not given. */
  readonly codeActivation?: LayerActivation;
  /** Computes what pre-trains it. */
  readonly engine: Engine;
  /** With values in [0, 1]. */
  readonly train: Samples;
  /** For each layer. */
  readonly plan: FitPlan;
  /** Of each layer; 0.001 if not given. */
  readonly learningRate?: number;
  readonly random: RandomStream;
}

/** What happens while a layer is fitted. */
export type PretrainingEvent = FitEvent & {
  /** From 1, the outermost. */
  readonly layer: number;
  readonly layers: number;
};

/**
 * Greedy layer-wise pre-training (study guide of autoencoders, 2.4; Bengio et al. 2007): for each layer of the encoder an
 * autoencoder without hidden layers learns what the layers before make of the samples, and its two halves become that layer
 * and the decoder's mirror of it. What follows is fine-tuning of the whole, with `fitAutoencoder`.
 *
 * The first layer is fitted by cross-entropy; others, whose values have no upper bound, by squared error, through the
 * activation that the decoder has there, where that is bounded.
 *
 * @returns the report of each layer
 * @throws bad-usage for a network that is more than such layers; as fitAutoencoder throws
 */
export async function* pretrainLayers(
  pretraining: Pretraining,
): AsyncGenerator<PretrainingEvent, readonly FitReport[], undefined> {
  const { network, activation, codeActivation = 'linear', engine, plan, learningRate = 0.001, random } = pretraining;
  const stack = stackOf(network.trainer.parameters());
  const layers = stack.length;
  const reports: FitReport[] = [];
  let samples = pretraining.train;
  for (const [i, own] of stack.entries()) {
    const context = { engine, random, shape: [samples.width], width: samples.width };
    const options = {
      ...{
        hidden: [],
        latent: own.units,
        learningRate,
        codeActivation: i === layers - 1 ? codeActivation : activation,
      },
      ...(i === 0 ? { loss: 'bce' } : { loss: 'mse', output: bounded(activation) }),
    };
    const shallow = await autoencoders.vanilla.make(options, context);
    try {
      const events = fitAutoencoder({ network: shallow, train: samples, plan, random });
      let next = await events.next();
      for (; next.done !== true; next = await events.next()) yield { ...next.value, layer: i + 1, layers };
      reports.push(next.value);
      network.trainer.variables.write(own.from(shallow.trainer.parameters()));
      const { codes, labels, width } = await encodeAll(shallow, samples);
      samples = arraySamples({ features: codes, labels, shape: [width] });
    } finally {
      shallow.dispose();
    }
  }
  network.trainer.resetOptimiser();
  return reports;
}

/** A squared error reaches what is bounded only through the same bounds; a rectifier would pass no gradient below 0. */
function bounded(activation: LayerActivation): 'linear' | 'tanh' | 'sigmoid' {
  return activation === 'relu' ? 'linear' : activation;
}

/** A layer of the encoder and the decoder's mirror of it. */
interface LayerPair {
  /** Values that the encoder's layer gives. */
  readonly units: number;
  /** What an autoencoder without hidden layers learnt, under the names that the pair has. */
  from(shallow: TensorMap): TensorMap;
}

/** The layers of a network, the outermost first. @throws bad-usage where it is no such network */
function stackOf(parameters: TensorMap): readonly LayerPair[] {
  const [encoder, decoder] = [sideOf(parameters, 'encoder/'), sideOf(parameters, 'decoder/').reverse()];
  const isStack =
    2 * (encoder.length + decoder.length) === Object.keys(parameters).length &&
    encoder.length > 0 &&
    encoder.length === decoder.length &&
    encoder.every(({ shape }, i) => sameShape(shape, [...(decoder[i]?.shape ?? [])].reverse()));
  if (!isStack) {
    throw new ReverieError(
      'bad-usage',
      'layer-wise pre-training is for fully connected layers whose decoder mirrors the encoder, without batch ' +
        `normalisation, such as "deep"; this network has ${Object.keys(parameters).join(', ')}`,
    );
  }
  return encoder.map((own, i) => {
    const mirror = decoder[i];
    return {
      units: own.shape[1] ?? 0,
      from: (shallow) => ({ ...renamed(shallow, 'encoder/', own), ...renamed(shallow, 'decoder/', mirror) }),
    };
  });
}

interface DenseNames {
  readonly kernel: string;
  readonly bias: string;
  /** Of the kernel. */
  readonly shape: Shape;
}

/** The dense layers whose names begin so, in order. */
function sideOf(parameters: TensorMap, prefix: string): DenseNames[] {
  return Object.entries(parameters).flatMap(([kernel, { shape }]) => {
    const bias = kernel.replace(/kernel$/, 'bias');
    const isDense = kernel.startsWith(prefix) && shape.length === 2 && bias !== kernel && bias in parameters;
    return isDense ? [{ kernel, bias, shape }] : [];
  });
}

function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, i) => extent === b[i]);
}

/** The one dense layer whose names begin so, under other names. */
function renamed(parameters: TensorMap, prefix: string, to: DenseNames | undefined): TensorMap {
  const [from] = sideOf(parameters, prefix);
  if (from === undefined || to === undefined) throw new RangeError(`no dense layer "${prefix}"`);
  const value = (name: string): Tensor => parameters[name] ?? { shape: [], data: new Float32Array() };
  return { [to.kernel]: value(from.kernel), [to.bias]: value(from.bias) };
}
