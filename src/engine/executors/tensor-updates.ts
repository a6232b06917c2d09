import type { Tensor as TfTensor } from '@tensorflow/tfjs-core';
import type { Feeds } from '../engine.js';
import type { GraphNode } from '../graph/node.js';
import { UpdateLoops, type FusionPlan } from '../kernels/fused-updates.js';
import type { WasmMemory } from '../kernels/web-assembly.js';
import type { Tf } from './tfjs-ops.js';

/** Tensors of a TensorFlow.js backend that keeps them in a WebAssembly memory. */
export interface TensorsInMemory {
  readonly memory: WasmMemory;
  addressOf(tensor: TfTensor): number;
  /** Has to be informed of tensors that something else than an op has written to. */
  changed(tensor: TfTensor): void;
  /** Address of space that holds nothing from one use to the next. */
  scratch(bytes: number): number;
}

/** The fused updates of a program, which write new values where the variables' old ones are. */
export class TensorUpdates {
  readonly #loops: UpdateLoops;

  constructor(
    private readonly tf: Tf,
    private readonly tensors: TensorsInMemory,
    private readonly plan: Pick<FusionPlan, 'fused' | 'reads'>,
  ) {
    this.#loops = new UpdateLoops(plan.fused);
  }

  /**
   * To be called in a tidy, after everything else that reads the variables.
   *
   * @param valueOf values of the plan's `reads`
   */
  run(valueOf: (node: GraphNode) => TfTensor, variable: (name: string) => TfTensor, feeds: Feeds): void {
    const { tf, tensors, plan } = this;
    const written = plan.fused.flatMap(({ names }) => names.map(variable));
    const memoryOf = new Set(written.map(({ dataId }) => dataId));
    // All of it first: once a loop has run, a reshaped variable, which is the same memory, is no longer what it was.
    const read = new Map(
      plan.reads.map((node) => {
        const value = valueOf(node);
        return [node, node.op !== 'variable' && memoryOf.has(value.dataId) ? tf.clone(value) : value];
      }),
    );
    const numbers = new Map(
      plan.reads.map((node) => [node, node.shape.length === 0 ? read.get(node)?.dataSync()[0] : undefined]),
    );
    this.#loops.run(
      {
        memory: tensors.memory,
        addressOf: (name) => tensors.addressOf(variable(name)),
        addressOfInput: (node) => tensors.addressOf(read.get(node) ?? valueOf(node)),
        valueOf: (node) => numbers.get(node) ?? NaN,
        tail: (bytes) => tensors.scratch(bytes),
      },
      feeds,
    );
    for (const tensor of written) tensors.changed(tensor);
  }
}
