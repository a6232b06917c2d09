import type { RandomStream } from '../../core/random.js';
import { sizeOf, type Tensor, type TensorMap } from '../../core/tensor.js';
import type { GraphNode, Variable } from '../graph/node.js';
import { add, matMul, relu, tanh, variable } from '../graph/ops.js';

export const activations = { relu, tanh } as const;
export type Activation = keyof typeof activations;

/** A fully connected network as plain data: widths from input to output, and what stands between its layers. */
export interface DenseNetwork {
  /** Prefix of its variables' names. */
  readonly name: string;
  /** Widths of input, hidden layers and output; at least two. */
  readonly widths: readonly number[];
  /** After each layer but the last, which stays linear. */
  readonly activation: Activation;
}

/** The network applied to x of shape [batch, widths[0]]: hᵢ₊₁ = φ(hᵢ·Wᵢ + bᵢ); gives [batch, last width]. */
export function denseForward(network: DenseNetwork, x: GraphNode): GraphNode {
  const layers = layersOf(network);
  return layers.reduce((h, { kernel, bias }, i) => {
    const z = add(matMul(h, kernel), bias);
    return i < layers.length - 1 ? activations[network.activation](z) : z;
  }, x);
}

/** The network's variables, layer by layer, kernel before bias. */
export function denseVariables(network: DenseNetwork): Variable[] {
  return layersOf(network).flatMap(({ kernel, bias }) => [kernel, bias]);
}

/**
 * Fresh parameters: kernels uniform in ±√(6/fanIn) where ReLU follows (He et al. 2015), in ±√(6/(fanIn + fanOut))
 * elsewhere (Glorot & Bengio 2010); biases 0.
 */
export function initialDense(network: DenseNetwork, random: RandomStream): TensorMap {
  const parameters: Record<string, Tensor> = {};
  const layers = layersOf(network);
  layers.forEach(({ kernel, bias }, i) => {
    const [fanIn = 1, fanOut = 1] = kernel.shape;
    const beforeRelu = i < layers.length - 1 && network.activation === 'relu';
    const limit = Math.sqrt(6 / (beforeRelu ? fanIn : fanIn + fanOut));
    const data = Float32Array.from({ length: sizeOf(kernel.shape) }, () => (2 * random.uniform() - 1) * limit);
    parameters[kernel.name] = { shape: kernel.shape, data };
    parameters[bias.name] = { shape: bias.shape, data: new Float32Array(fanOut) };
  });
  return parameters;
}

function layersOf({ name, widths }: DenseNetwork): { kernel: Variable; bias: Variable }[] {
  return widths.slice(1).map((width, i) => ({
    kernel: variable(`${name}/${i}/kernel`, [widths[i] ?? 0, width]),
    bias: variable(`${name}/${i}/bias`, [width]),
  }));
}
