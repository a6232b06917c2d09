import type { Shape } from '../../../core/tensor.js';
import type { Convolution, GraphNode, Pair, Pooling } from '../node.js';
import { broadcastTo, constant, conv2d, conv2dKernelGrad, convTranspose2d, reshape } from '../ops.js';
import { unreached } from '../ops/convolution.js';
import type { InputGradients } from './sum-to.js';

/** The three convolutions are each other's gradients: conv2d(x, k) is linear in x and in k, and these are its adjoints. */
export function convolutionGradients(y: Convolution, g: GraphNode): InputGradients {
  const [x, other] = y.inputs;
  const { strides, padding, dilations } = y;
  const geometry = { strides, padding, dilations };
  const dy = broadcastTo(g, y.shape);
  const imageGradient = (upstream: GraphNode, kernel: GraphNode): GraphNode =>
    convTranspose2d(upstream, kernel, { ...geometry, outputPadding: unreached(x.shape, kernel.shape, geometry) });
  switch (y.op) {
    case 'conv2d':
      return [() => imageGradient(dy, other), () => conv2dKernelGrad(x, dy, sizeOfKernel(other.shape), geometry)];
    case 'convTranspose2d':
      return [() => conv2d(dy, other, geometry), () => conv2dKernelGrad(dy, x, sizeOfKernel(other.shape), geometry)];
    case 'conv2dKernelGrad':
      return [() => imageGradient(other, dy), () => conv2d(x, dy, geometry)];
  }
}

/** Every window hands its gradient to all of its pixels in equal parts: a transposed convolution of each channel. */
export function averagePoolGradient(y: Pooling, g: GraphNode): GraphNode {
  const [n = 1, channels = 1, height = 1, width = 1] = y.inputs[0].shape;
  const [kh, kw] = y.size;
  const share: Shape = [1, 1, kh, kw];
  const geometry = { strides: y.strides, padding: y.padding, dilations: [1, 1] as const };
  const image = reshape(broadcastTo(g, y.shape), [n * channels, 1, ...y.shape.slice(2)]);
  const kernel = constant(new Float32Array(kh * kw).fill(1 / (kh * kw)), share);
  const outputPadding = unreached([1, 1, height, width], share, geometry);
  return reshape(convTranspose2d(image, kernel, { ...geometry, outputPadding }), y.inputs[0].shape);
}

function sizeOfKernel([, , height = 1, width = 1]: Shape): Pair {
  return [height, width];
}
