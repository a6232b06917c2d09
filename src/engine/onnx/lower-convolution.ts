import type { Conv2dKernelGrad, ConvolutionGeometry, Sides } from '../graph/node.js';
import { paddingOfKernelGrad } from '../graph/ops/convolution.js';
import type { OnnxBuilder } from './builder.js';
import type { OnnxAttributes } from './model.js';

export function convolutionAttributes({ strides, padding, dilations }: ConvolutionGeometry): OnnxAttributes {
  return { strides, dilations, pads: pads(padding) };
}

/** Padding in ONNX's order. */
export function pads({ top, bottom, left, right }: Sides): readonly number[] {
  return [top, left, bottom, right];
}

/** A kernel of more taps than this gets one convolution instead of a product for each tap. */
const mostProducts = 64;

/**
 * ∂loss/∂kernel, tap by tap: dy as a matrix [out, n·h′·w′] times the pixels that lie under the tap, [n·h′·w′, in]. With
 * ONNX Runtime on x86-64 twice as fast as the one convolution that it is too, whose kernel is as large as an image.
 */
export function lowerKernelGrad(node: Conv2dKernelGrad, x: string, dy: string, onnx: OnnxBuilder, to: string): string {
  const { strides, dilations, padding, shape } = node;
  const [out = 1, channels = 1, kh = 1, kw = 1] = shape;
  if (kh * kw > mostProducts) return lowerByConvolution(node, x, dy, onnx, to);
  const [n = 1, , height = 1, width = 1] = node.inputs[1].shape;
  const { top, bottom, left, right } = padding;
  const channelsLast = onnx.emit('Transpose', [x], { perm: [0, 2, 3, 1] });
  const image =
    top + bottom + left + right === 0
      ? channelsLast
      : onnx.emit('Pad', [channelsLast, onnx.integers([0, top, left, 0, 0, bottom, right, 0])]);
  const upstream = onnx.emit('Reshape', [
    onnx.emit('Transpose', [dy], { perm: [1, 0, 2, 3] }),
    onnx.integers([out, n * height * width]),
  ]);
  const [axes, steps] = [onnx.integers([1, 2]), onnx.integers(strides)];
  const pixels = onnx.integers([n * height * width, channels]);
  const products: string[] = [];
  for (let i = 0; i < kh; i++) {
    for (let j = 0; j < kw; j++) {
      const [row, column] = [i * dilations[0], j * dilations[1]];
      const end = [row + (height - 1) * strides[0] + 1, column + (width - 1) * strides[1] + 1];
      const under = onnx.emit('Slice', [image, onnx.integers([row, column]), onnx.integers(end), axes, steps]);
      products.push(onnx.emit('MatMul', [upstream, onnx.emit('Reshape', [under, pixels])]));
    }
  }
  const joined = onnx.emit('Reshape', [
    products.length === 1 ? (products[0] ?? '') : onnx.emit('Concat', products, { axis: 1 }),
    onnx.integers([out, kh, kw, channels]),
  ]);
  return onnx.emit('Transpose', [joined], { perm: [0, 3, 1, 2] }, to);
}

/** The same as a convolution of x with dy, batch and channels exchanged in both, strides and dilations too. */
function lowerByConvolution(node: Conv2dKernelGrad, x: string, dy: string, onnx: OnnxBuilder, to: string): string {
  const { strides, dilations, shape } = node;
  const [out = 1, channels = 1, kh = 1, kw = 1] = shape;
  const exchanged = (name: string): string => onnx.emit('Transpose', [name], { perm: [1, 0, 2, 3] });
  const taps = onnx.emit('Conv', [exchanged(x), exchanged(dy)], {
    strides: dilations,
    dilations: strides,
    pads: pads(paddingOfKernelGrad(node)),
  });
  const kept = onnx.emit('Slice', [taps, onnx.integers([0, 0, 0, 0]), onnx.integers([channels, out, kh, kw])]);
  return onnx.emit('Transpose', [kept], { perm: [1, 0, 2, 3] }, to);
}
