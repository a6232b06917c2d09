import type { Shape } from '../../../core/tensor.js';
import type { Convolution, ConvolutionGeometry, GraphNode, Pair, Pooling, Sides } from '../node.js';
import { broadcastTo, constant, conv2d, convTranspose2d, reshape, slice, transpose } from '../ops.js';
import { addedBy } from '../ops/spatial-options.js';
import type { InputGradients } from './sum-to.js';

export function convolutionGradients(y: Convolution, g: GraphNode): InputGradients {
  const [x, kernel] = y.inputs;
  const { strides, padding, dilations } = y;
  const geometry = { strides, padding, dilations };
  const dy = broadcastTo(g, y.shape);
  switch (y.op) {
    case 'conv2d':
      return [
        () => convTranspose2d(dy, kernel, { ...geometry, outputPadding: unreached(x.shape, kernel.shape, geometry) }),
        () => kernelGradient(x, dy, kernel.shape, geometry),
      ];
    case 'convTranspose2d':
      return [() => conv2d(dy, kernel, geometry), () => kernelGradient(dy, x, kernel.shape, geometry)];
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

/**
 * ∂loss/∂kernel of y = conv2d(x, kernel), given dy. It is itself a convolution: of x with dy, batch and channels
 * exchanged in both, where the taps of dy lie a stride apart and the kernel's taps a dilation.
 */
function kernelGradient(x: GraphNode, dy: GraphNode, kernel: Shape, geometry: ConvolutionGeometry): GraphNode {
  const { strides, padding, dilations } = geometry;
  const [out = 1, channels = 1, kh = 1, kw = 1] = kernel;
  const full = conv2d(transpose(x, [1, 0, 2, 3]), transpose(dy, [1, 0, 2, 3]), {
    strides: dilations,
    dilations: strides,
    padding: withoutUnreached(padding, unreached(x.shape, kernel, geometry)),
  });
  return transpose(slice(full, [0, 0, 0, 0], [channels, out, kh, kw]), [1, 0, 2, 3]);
}

/** Rows and columns at the lower and right border of the padded image that no tap reaches: what the strides leave. */
function unreached(image: Shape, kernel: Shape, { strides, padding, dilations }: ConvolutionGeometry): Pair {
  const added = addedBy(padding);
  const rest = (axis: 0 | 1): number => {
    const [pixels = 1, taps = 1] = [image[2 + axis], kernel[2 + axis]];
    return (pixels + added[axis] - dilations[axis] * (taps - 1) - 1) % strides[axis];
  };
  return [rest(0), rest(1)];
}

/** Padding without the zeros that no tap reaches. What is left unreached gives taps that do not exist: to be cut off. */
function withoutUnreached({ top, bottom, left, right }: Sides, [rows, columns]: Pair): Sides {
  return { top, bottom: Math.max(bottom - rows, 0), left, right: Math.max(right - columns, 0) };
}
