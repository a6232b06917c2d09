import type { KernelBackend, Tensor } from '@tensorflow/tfjs-core';
import { evaluateOp, type Tf } from '../tfjs-ops.js';
import type { SharedOperation } from './operation.js';
import type { TensorFlow, TensorFlowBinding, TensorId } from './tensorflow.js';

/** The name of tfjs-node's backend in TensorFlow.js. */
export const backendName = 'tensorflow';

/**
 * What is used of tfjs-node's backend. The two functions are not in its typings: they are how its own kernels go from
 * numbers of tensors to tensors of TensorFlow.js and back.
 */
export interface TensorFlowBackend extends KernelBackend {
  readonly binding: TensorFlowBinding;
  createOutputTensor(tensor: {
    readonly id: number;
    readonly shape: readonly number[];
    readonly dtype: number;
  }): Tensor;
  getInputTensorIds(tensors: readonly Tensor[]): number[];
}

/** Computes a node with TensorFlow.js, which must have this backend as its current one. */
export function computeShared(
  tf: Tf,
  backend: TensorFlowBackend,
  tensorFlow: TensorFlow,
  { node }: SharedOperation,
  inputs: readonly TensorId[],
): TensorId {
  return tf.tidy(() => {
    // TensorFlow.js frees what it knows when the tidy ends: it gets, and leaves, other names for the same memory.
    const tensors = inputs.map((id, i) =>
      backend.createOutputTensor({
        id: tensorFlow.compute('Identity', [], [id]),
        shape: node.inputs[i]?.shape ?? [],
        dtype: backend.binding.TF_FLOAT,
      }),
    );
    const result = evaluateOp(
      tf,
      node,
      (i) => {
        const tensor = tensors[i];
        if (tensor === undefined) throw new Error(`${node.op} has no input ${i}`);
        return tensor;
      },
      { backend: backendName },
    );
    return tensorFlow.compute('Identity', [], backend.getInputTensorIds([result]));
  });
}
