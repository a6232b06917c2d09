import type { GraphNode, Leaf } from '../graph/node.js';
import type { OnnxBuilder } from './builder.js';
import { convolutionAttributes, lowerKernelGrad, pads } from './lower-convolution.js';
import type { OnnxAttributes } from './model.js';

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
      return last('Sub', [onnx.emit('Relu', [a]), logSigmoidOfAbs(a, onnx)]);
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
      return last('Sub', [
        onnx.emit('Sub', [onnx.emit('Relu', [a]), logSigmoidOfAbs(a, onnx)]),
        onnx.emit('Mul', [a, b]),
      ]);
    case 'matMul':
      // MatMul, unlike Gemm, is fused with the addition of a bias that follows it; Gemm can read transposed operands.
      return node.transposeA || node.transposeB
        ? last('Gemm', inputs, { transA: Number(node.transposeA), transB: Number(node.transposeB) })
        : last('MatMul', inputs);
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

/**
 * log σ(|a|), for log(1 + eᵃ) = max(a, 0) − log σ(|a|): ONNX Runtime has vector code for these, and none for Softplus.
 */
function logSigmoidOfAbs(a: string, onnx: OnnxBuilder): string {
  return onnx.emit('Log', [onnx.emit('Sigmoid', [onnx.emit('Abs', [a])])]);
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
