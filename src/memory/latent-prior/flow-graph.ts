import type { Tensor } from '../../core/tensor.js';
import type { GraphNode } from '../../engine/graph/node.js';
import * as g from '../../engine/graph/ops.js';
import { denseNetwork } from '../../engine/networks/dense-network.js';
import { infer, type Network } from '../../engine/networks/network.js';
import { classCodeWidth } from '../autoencoders/class-codes.js';

/** Waves that a network is given of the time, from half a period in [0, 1] on, each twice as fast as the one before. */
const waves = 4;

/** Values that stand for the time. */
export const timeWidth = 1 + 2 * waves;

/** t in [0, 1] as a network is given it: t, and its waves. */
export function timeFeatures(t: number): Float32Array {
  const features = new Float32Array(timeWidth);
  features[0] = t;
  for (let wave = 0; wave < waves; wave++) {
    features[1 + 2 * wave] = Math.sin(Math.PI * 2 ** wave * t);
    features[2 + 2 * wave] = Math.cos(Math.PI * 2 ** wave * t);
  }
  return features;
}

/** v: from a point, the time and a class to where the point moves. */
export function flowNetwork(codeWidth: number, hidden: readonly number[]): Network {
  return denseNetwork({
    name: 'flow',
    widths: [codeWidth + timeWidth + classCodeWidth, ...hidden, codeWidth],
    activation: 'relu',
  });
}

/** The last layer: brings what the flow ends at to the place and size of codes. */
export interface Scale {
  readonly 'flow/location': Tensor;
  readonly 'flow/scale': Tensor;
}

/** Mean and standard deviation of each value of these codes; 1 where a value is always the same. */
export function scaleOf(codes: Float32Array, width: number): Scale {
  const count = codes.length / width;
  const location = new Float32Array(width);
  const scale = new Float32Array(width);
  for (let j = 0; j < width; j++) {
    let [sum, squares] = [0, 0];
    for (let row = 0; row < count; row++) sum += codes[row * width + j] ?? 0;
    for (let row = 0; row < count; row++) squares += ((codes[row * width + j] ?? 0) - sum / count) ** 2;
    location[j] = sum / count;
    scale[j] = Math.sqrt(squares / count) || 1;
  }
  return { 'flow/location': { shape: [width], data: location }, 'flow/scale': { shape: [width], data: scale } };
}

/**
 * Codes of noise, by Euler's method: x₀ = n, xₖ₊₁ = xₖ + v(xₖ, k/K, c)/K; x_K, scaled, is the code.
 *
 * @param rows [batch, code + class]: noise, and the code of a class
 */
export function flowed(
  rows: GraphNode,
  codeWidth: number,
  { hidden, steps }: { readonly hidden: readonly number[]; readonly steps: number },
): GraphNode {
  const [batch = 0] = rows.shape;
  const network = flowNetwork(codeWidth, hidden);
  const classes = g.slice(rows, [0, codeWidth], [batch, classCodeWidth]);
  let x = g.slice(rows, [0, 0], [batch, codeWidth]);
  for (let step = 0; step < steps; step++) {
    const time = g.broadcastTo(g.constant(timeFeatures(step / steps), [1, timeWidth]), [batch, timeWidth]);
    const velocity = infer(network, g.concat([x, time, classes], 1));
    x = g.add(x, g.mul(velocity, g.constant(1 / steps)));
  }
  return g.add(g.mul(x, g.variable('flow/scale', [codeWidth])), g.variable('flow/location', [codeWidth]));
}
