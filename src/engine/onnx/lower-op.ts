import type { GraphNode, Leaf, MatMul } from '../graph/node.js';
import type { OnnxBuilder } from './builder.js';
import { convolutionAttributes, lowerKernelGrad, pads } from './lower-convolution.js';
import type { OnnxAttributes } from './model.js';
import { isThreadInvariant } from './thread-invariance.js';

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
