import type { RandomStream } from '../../core/random.js';
import type { GraphNode } from '../../engine/graph/node.js';
import { add, matMul } from '../../engine/graph/ops.js';
import { activations } from '../../engine/networks/activations.js';
import { variables, type Network } from '../../engine/networks/network.js';

/** What is done to a denoising autoencoder's input while it trains (section IV-D of Solinas et al. 2020). */
export interface Denoising {
  /** σ ≥ 0 of the Gaussian noise on the pre-activations of the first layer: h₁ = φ(x̃·W₁ + b₁ + σ·ε), ε ~ N(0, I). */
  readonly gaussian: number;
  /** Probability, in [0, 1], of each value of x to be replaced by one drawn uniformly from [0, 1): x̃. */
  readonly saltAndPepper: number;
}

/** A copy of x with salt-and-pepper noise; draws one number a value, and one more for each that is replaced. */
export function saltAndPeppered(x: Float32Array, probability: number, random: RandomStream): Float32Array {
  const corrupted = x.slice();
  for (let i = 0; i < corrupted.length; i++) if (random.uniform() < probability) corrupted[i] = random.uniform();
  return corrupted;
}

/** What the input of a denoising autoencoder is corrupted by, in this order (study guide, section 1.8). */
export interface Corruption {
  /** σ ≥ 0 of x + σ·ε, ε ~ N(0, I); what leaves [0, 1] is left there. */
  readonly gaussian: number;
  /** Probability, in [0, 1], of each value to be set to 0 (masking; Vincent et al. 2010, section 3.3). */
  readonly masking: number;
  /** Probability, in [0, 1], of each value to be set to 0 or to 1, either as likely. */
  readonly saltAndPepper: number;
}

/** A corrupted copy of x. */
export function corrupted(
  x: Float32Array,
  { gaussian, masking, saltAndPepper }: Corruption,
  random: RandomStream,
): Float32Array {
  const out = x.slice();
  if (gaussian > 0) {
    const noise = gaussianNoise(x.length, gaussian, random);
    for (let i = 0; i < out.length; i++) out[i] = (out[i] ?? 0) + (noise[i] ?? 0);
  }
  if (masking > 0) for (let i = 0; i < out.length; i++) if (random.uniform() < masking) out[i] = 0;
  if (saltAndPepper > 0) {
    for (let i = 0; i < out.length; i++) if (random.uniform() < saltAndPepper) out[i] = random.integer(2);
  }
  return out;
}

/** `length` draws from N(0, σ²). */
export function gaussianNoise(length: number, deviation: number, random: RandomStream): Float32Array {
  const noise = new Float32Array(length);
  random.fillNormal(noise);
  for (let i = 0; i < length; i++) noise[i] = (noise[i] ?? 0) * deviation;
  return noise;
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
