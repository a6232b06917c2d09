import type { RandomStream } from '../../core/random.js';
import type { GraphNode } from '../../engine/graph/node.js';
import { add, feed, matMul } from '../../engine/graph/ops.js';
import { activations } from '../../engine/networks/activations.js';
import { variables, type Network } from '../../engine/networks/network.js';
import type { EncoderDecoder, Variant } from './layered.js';

/** What samples are corrupted by, in this order (study guide, section 1.8). */
export interface Corruption {
  /** σ ≥ 0 of x + σ·ε, ε ~ N(0, I); what leaves [0, 1] is left there. */
  readonly gaussian: number;
  /** Probability, in [0, 1], of each value to be set to 0 (masking; Vincent et al. 2010, section 3.3). */
  readonly masking: number;
  /** Probability, in [0, 1], of each value to be set to 0 or to 1, either as likely. */
  readonly saltAndPepper: number;
  /** Probability, in [0, 1], of each value to be replaced by one drawn uniformly from [0, 1); none if not given. */
  readonly uniform?: number;
}

/** What is done to the input of a denoising autoencoder while it trains. */
export interface InputNoise extends Corruption {
  /**
   * σ ≥ 0 of the noise on the pre-activations of the first layer, h₁ = φ(x̃·W₁ + b₁ + σ·ε), ε ~ N(0, I): with `uniform`, the
   * noise of Solinas et al. 2020, section IV-D.
   */
  readonly preActivation: number;
}

/** Only the kinds that are not said otherwise are absent. */
export function inputNoise(some: Partial<InputNoise> = {}): InputNoise {
  return { gaussian: 0, masking: 0, saltAndPepper: 0, uniform: 0, preActivation: 0, ...some };
}

/** What makes an autoencoder of dense layers a denoising one; one without noise is as it was. */
export function withInputNoise({ encoder }: EncoderDecoder, noise: InputNoise): Variant {
  const { preActivation } = noise;
  const [first] = encoder.layers;
  const units = first?.kind === 'dense' ? first.units : 0;
  return {
    ...(preActivation > 0 && {
      encoderPass: (x, _weights, batch) => ({ code: noisyForward(encoder, x, feed('noise', [batch, units])) }),
    }),
    feeds: ({ x, count }, random) => ({
      x: corrupted(x, noise, random),
      ...(preActivation > 0 && { noise: gaussianNoise(count * units, random, preActivation) }),
    }),
  };
}

/** A corrupted copy of x. */
export function corrupted(
  x: Float32Array,
  { gaussian, masking, saltAndPepper, uniform = 0 }: Corruption,
  random: RandomStream,
): Float32Array {
  const out = x.slice();
  if (gaussian > 0) {
    const noise = gaussianNoise(x.length, random, gaussian);
    for (let i = 0; i < out.length; i++) out[i] = (out[i] ?? 0) + (noise[i] ?? 0);
  }
  if (masking > 0) for (let i = 0; i < out.length; i++) if (random.uniform() < masking) out[i] = 0;
  if (saltAndPepper > 0) {
    for (let i = 0; i < out.length; i++) if (random.uniform() < saltAndPepper) out[i] = random.integer(2);
  }
  if (uniform > 0) for (let i = 0; i < out.length; i++) if (random.uniform() < uniform) out[i] = random.uniform();
  return out;
}

/** `length` draws from N(0, σ²), σ = 1 if not given. */
export function gaussianNoise(length: number, random: RandomStream, deviation = 1): Float32Array {
  const noise = new Float32Array(length);
  random.fillNormal(noise);
  return deviation === 1 ? noise : noise.map((value) => value * deviation);
}

/**
 * A network of dense layers and activations applied with noise on the pre-activations of its first layer: the variables
 * are those that `forward` takes, so that what is trained with noise is applied without.
 *
 * @param x [batch, width]
 * @param noise [batch, units of the first layer]
 * @throws RangeError for a network with layers of other kinds
 */
export function noisyForward(network: Network, x: GraphNode, noise: GraphNode): GraphNode {
  const weights = variables(network).trainable[Symbol.iterator]();
  return network.layers.reduce((h, layer, place) => {
    if (layer.kind === 'activation') return activations[layer.activation](h);
    const [kernel, bias] = [weights.next().value, weights.next().value];
    if (layer.kind !== 'dense' || kernel === undefined || bias === undefined) {
      throw new RangeError(`network "${network.name}" has a ${layer.kind} layer; noise is known for dense ones only`);
    }
    const linear = add(matMul(h, kernel), bias);
    return place === 0 ? add(linear, noise) : linear;
  }, x);
}
