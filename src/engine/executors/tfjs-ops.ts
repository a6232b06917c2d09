import type * as TensorFlow from '@tensorflow/tfjs-core';
import type { GraphNode, Leaf } from '../graph/node.js';
import {
  averagePool2d,
  conv2d,
  conv2dKernelGrad,
  convTranspose2d,
  convTranspose2dByConvolution,
  maxPool2d,
} from './tfjs-spatial.js';

export type Tf = typeof TensorFlow;
type TfTensor = TensorFlow.Tensor;

/** What the ops have to know about the backend that runs them. */
export interface TfjsTraits {
  /** Its name in TensorFlow.js. */
  readonly backend: string;
  /** Products of matrices, where there is something better than the backend's own. */
  readonly matMul?: MatMul;
  /** [rows, n] → [n], where there is something better than the backend's own. */
  readonly sumOfRows?: (x: TfTensor) => TfTensor;
}

/** a·b of two matrices, either of them transposed first if asked: [m, k]·[k, n] → [m, n]. */
export type MatMul = (a: TfTensor, b: TfTensor, transposeA: boolean, transposeB: boolean) => TfTensor;

/** One op of a graph in TensorFlow.js; `input(i)` is the value of the node's i-th input. */
export function evaluateOp(
  tf: Tf,
  node: Exclude<GraphNode, Leaf>,
  input: (i: number) => TfTensor,
  traits: TfjsTraits,
): TfTensor {
  switch (node.op) {
    case 'neg':
    case 'exp':
    case 'log':
    case 'sqrt':
    case 'square':
    case 'abs':
    case 'relu':
    case 'sigmoid':
    case 'tanh':
    case 'softplus':
      return tf[node.op](input(0));
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
    case 'maximum':
    case 'minimum':
      return tf[node.op](input(0), input(1));
    case 'clip':
      return tf.clipByValue(input(0), node.min, node.max);
    case 'greater':
    case 'equal':
      return tf.cast(tf[node.op](input(0), input(1)), 'float32');
    case 'where':
      // Not a cast to bool: on wasm that cuts 0.5 to 0.
      return tf.where(tf.notEqual(input(0), 0), input(1), input(2));
    case 'reluGrad':
      return tf.mul(input(0), tf.step(input(1)));
    case 'sigmoidCrossEntropy':
      return tf.sub(tf.softplus(input(0)), tf.mul(input(0), input(1)));
    case 'matMul':
      return (traits.matMul ?? tf.matMul)(input(0), input(1), node.transposeA, node.transposeB);
    case 'sum':
      if (traits.sumOfRows !== undefined && input(0).rank === 2 && node.axes.length === 1 && node.axes[0] === 0) {
        return traits.sumOfRows(input(0));
      }
      return tf.sum(input(0), [...node.axes]);
    case 'max':
    case 'min':
      return tf[node.op](input(0), [...node.axes]);
    case 'softmax':
    case 'logSoftmax':
      return tf[node.op](input(0));
    case 'reshape':
      return tf.reshape(input(0), [...node.shape]);
    case 'broadcastTo':
      return tf.broadcastTo(input(0), [...node.shape]);
    case 'transpose':
      return tf.transpose(input(0), [...node.permutation]);
    case 'concat':
      return tf.concat(
        node.inputs.map((_, i) => input(i)),
        node.axis,
      );
    case 'slice':
      return tf.slice(input(0), [...node.begin], [...node.shape]);
    case 'pad':
      return tf.pad(
        input(0),
        node.before.map((before, axis) => [before, node.after[axis] ?? 0] as [number, number]),
        node.value,
      );
    case 'conv2d':
      return conv2d(tf, input(0), input(1), node);
    case 'convTranspose2d':
      // On wasm the kernel of transposed convolutions has no SIMD: the detour is 2 to 4 times as fast at strides 1 and 2.
      return (traits.backend === 'wasm' ? convTranspose2dByConvolution : convTranspose2d)(tf, input(0), input(1), node);
    case 'conv2dKernelGrad':
      return conv2dKernelGrad(tf, input(0), input(1), node, traits.backend === 'tensorflow');
    case 'maxPool2d':
      return maxPool2d(tf, input(0), node);
    case 'averagePool2d':
      return averagePool2d(tf, input(0), node);
  }
}
