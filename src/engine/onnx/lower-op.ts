import type { GraphNode, Leaf, MatMul, Conv2dKernelGrad, ConvolutionGeometry, Sides } from '../graph/node.js';
import type { OnnxBuilder, OnnxAttributes } from './model.js';
import { paddingOfKernelGrad } from '../graph/ops/spatial.js';

/** ONNX's number for float32, bool. */
const float32 = 1;
const bool = 9;

/** Adds what computes `node` from the named inputs to the model, the result under the name `to`. */
export function lowerOp(
  node: Exclude<GraphNode, Leaf>,
  inputs: readonly string[],
  onnx: OnnxBuilder,
  to: string,
): string {
  const [a = '', b = '', c = ''] = inputs;
  const last = (opType: string, from: readonly string[], attributes: OnnxAttributes = {}): string =>
    onnx.emit(opType, from, attributes, to);
  switch (node.op) {
    case 'neg':
    case 'exp':
    case 'log':
    case 'sqrt':
    case 'abs':
    case 'relu':
    case 'sigmoid':
    case 'tanh':
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
    case 'maximum':
    case 'minimum':
      return last(onnxNames[node.op], inputs);
    case 'square':
      return last('Mul', [a, a]);
    case 'softplus':
      return last('Add', [onnx.emit('Relu', [a]), softplusOfMinusAbs(a, onnx)]);
    case 'clip':
      return last('Clip', [a, onnx.scalar(node.min), onnx.scalar(node.max)]);
    case 'greater':
    case 'equal':
      return last('Cast', [onnx.emit(onnxNames[node.op], inputs)], { to: float32 });
    case 'where':
      return last('Where', [onnx.emit('Cast', [a], { to: bool }), b, c]);
    case 'reluGrad':
      return last('Where', [onnx.emit('Greater', [b, onnx.scalar(0)]), a, onnx.scalar(0)]);
    case 'sigmoidCrossEntropy':
      return last('Add', [
        onnx.emit('Sub', [onnx.emit('Relu', [a]), onnx.emit('Mul', [a, b])]),
        softplusOfMinusAbs(a, onnx),
      ]);
    case 'matMul':
      return lowerMatMul(node, a, b, onnx, to);
    case 'sum':
      return last('ReduceSum', [a, onnx.integers(node.axes)], { keepdims: 0 });
    case 'max':
    case 'min':
      return last(onnxNames[node.op], [a], { axes: node.axes, keepdims: 0 });
    case 'softmax':
      return last('Softmax', [a], { axis: node.shape.length - 1 });
    case 'logSoftmax':
      return last('LogSoftmax', [a], { axis: node.shape.length - 1 });
    case 'reshape':
      return last('Reshape', [a, onnx.integers(node.shape)]);
    case 'broadcastTo':
      return last('Expand', [a, onnx.integers(node.shape)]);
    case 'transpose':
      return last('Transpose', [a], { perm: node.permutation });
    case 'concat':
      return last('Concat', inputs, { axis: node.axis });
    case 'slice': {
      // An extent below 0 is a free one, whose axis is taken whole.
      const end = node.begin.map((from, axis) => {
        const extent = node.shape[axis] ?? 0;
        return extent < 0 ? 2 ** 31 - 1 : from + extent;
      });
      return last('Slice', [a, onnx.integers(node.begin), onnx.integers(end)]);
    }
    case 'pad':
      return last('Pad', [a, onnx.integers([...node.before, ...node.after]), onnx.scalar(node.value)]);
    case 'conv2d':
      return last('Conv', inputs, convolutionAttributes(node));
    case 'convTranspose2d':
      return last('ConvTranspose', inputs, { ...convolutionAttributes(node), output_padding: node.outputPadding });
    case 'conv2dKernelGrad':
      return lowerKernelGrad(node, a, b, onnx, to);
    case 'maxPool2d':
      return last('MaxPool', [a], { kernel_shape: node.size, strides: node.strides, pads: pads(node.padding) });
    case 'averagePool2d':
      return last('AveragePool', [a], {
        kernel_shape: node.size,
        strides: node.strides,
        pads: pads(node.padding),
        count_include_pad: 1,
      });
  }
}

function lowerMatMul(
  { shape: [m = 1, n = 1], inputs, transposeA, transposeB }: MatMul,
  a: string,
  b: string,
  onnx: OnnxBuilder,
  to: string,
): string {
  const k = inputs[0].shape[transposeA ? 0 : 1] ?? 1;
  if (!isThreadInvariant(m, n, k, onnx.threads)) {
    // (AB)ᵀ = BᵀAᵀ has more rows than columns. The transposes change what is read, not what is added in which order.
    const transposed = onnx.emit('Gemm', [b, a], { transA: Number(!transposeB), transB: Number(!transposeA) });
    return onnx.emit('Transpose', [transposed], { perm: [1, 0] }, to);
  }
  // MatMul, unlike Gemm, is fused with the addition of a bias that follows it; Gemm can read transposed operands.
  return transposeA || transposeB
    ? onnx.emit('Gemm', [a, b], { transA: Number(transposeA), transB: Number(transposeB) }, to)
    : onnx.emit('MatMul', [a, b], {}, to);
}

/**
 * log(1 + e⁻ˣ) of x = |a|, for log(1 + eᵃ) = max(a, 0) + log(1 + e⁻|ᵃ|). ONNX Runtime has vector code for sigmoid and exp,
 * and none for Softplus. Its Log rounds some values otherwise than others, depending on where a thread's share begins; so
 * where the number of threads may change, log(1 + u) is one step of Halley's method on eʸ = 1 + u, u in [0, 1], from a
 * parabola that is right to 0.006: y + 2·(1 + u − eʸ) / (1 + u + eʸ), right to 2·10⁻⁷, as Log is.
 */
function softplusOfMinusAbs(a: string, onnx: OnnxBuilder): string {
  const emit = onnx.emit.bind(onnx);
  const abs = emit('Abs', [a]);
  if (onnx.threads === 1) return emit('Neg', [emit('Log', [emit('Sigmoid', [abs])])]);
  const u = emit('Exp', [emit('Neg', [abs])]);
  const y = emit('Mul', [u, emit('Sub', [onnx.scalar(0.95), emit('Mul', [u, onnx.scalar(0.2625)])])]);
  const [wanted, reached] = [emit('Add', [u, onnx.scalar(1)]), emit('Exp', [y])];
  const step = emit('Div', [emit('Sub', [wanted, reached]), emit('Add', [wanted, reached])]);
  return emit('Add', [y, emit('Mul', [step, onnx.scalar(2)])]);
}

const onnxNames = {
  neg: 'Neg',
  exp: 'Exp',
  log: 'Log',
  sqrt: 'Sqrt',
  abs: 'Abs',
  relu: 'Relu',
  sigmoid: 'Sigmoid',
  tanh: 'Tanh',
  add: 'Add',
  sub: 'Sub',
  mul: 'Mul',
  div: 'Div',
  maximum: 'Max',
  minimum: 'Min',
  greater: 'Greater',
  equal: 'Equal',
  max: 'ReduceMax',
  min: 'ReduceMin',
} as const;

function convolutionAttributes({ strides, padding, dilations }: ConvolutionGeometry): OnnxAttributes {
  return { strides, dilations, pads: pads(padding) };
}

/** Padding in ONNX's order. */
function pads({ top, bottom, left, right }: Sides): readonly number[] {
  return [top, left, bottom, right];
}

/** A kernel of more taps than this gets one convolution instead of a product for each tap. */
const mostProducts = 64;

/**
 * ∂loss/∂kernel, tap by tap: dy as a matrix [out, n·h′·w′] times the pixels that lie under the tap, [n·h′·w′, in]. With
 * ONNX Runtime on x86-64 twice as fast as the one convolution that it is too, whose kernel is as large as an image.
 */
function lowerKernelGrad(node: Conv2dKernelGrad, x: string, dy: string, onnx: OnnxBuilder, to: string): string {
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

/**
 * Which computations ONNX Runtime does in the same order however many threads share them.
 *
 * Its matrix product (MLAS, sgemm.cpp) gives each thread rows of the result where there are at least as many rows as
 * columns, else columns. It adds up k products in blocks, and how long a block is depends on how many columns a thread
 * has: 128, but longer for 64 columns or fewer. Where threads share rows, all have the same columns and the sums are the
 * same; where they share columns, the sums may differ in their last bit.
 */

const blockLength = 128;
const mostColumnsOfLongBlocks = 64;
/** Columns are given to threads in multiples of this. */
const columnAlignment = 16;

/**
 * Whether the product [m, k]·[k, n] has the same bytes with one thread as with any number up to `threads`.
 *
 * @param threads at least 1
 */
export function isThreadInvariant(m: number, n: number, k: number, threads: number): boolean {
  if (threads === 1 || n <= m || k <= blockLength) return true;
  const columnBlocks = Math.ceil(n / columnAlignment);
  const fewestBlocks = Math.floor(columnBlocks / Math.min(threads, columnBlocks));
  // The last block may have fewer columns than the others.
  const fewestColumns = fewestBlocks * columnAlignment - (columnBlocks * columnAlignment - n);
  return fewestColumns > mostColumnsOfLongBlocks;
}
