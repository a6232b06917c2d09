import type { DataId, KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../core/tensor.js';
import type { WasmMemory } from '../kernels/web-assembly.js';
import type { Tf } from './tfjs-ops.js';

/** What is used here of TensorFlow.js's wasm backend and of its WebAssembly module. */
interface Backend extends KernelBackend {
  readonly wasm: {
    readonly asm: { readonly memory?: WasmMemory };
    _malloc(bytes: number): number;
    _free(address: number): void;
    readonly tfjs: {
      registerTensor(id: number, size: number, address: number): void;
      disposeData(id: number): void;
    };
  };
  readonly dataIdMap: { get(dataId: DataId): { readonly id: number } };
  getMemoryOffset(dataId: DataId): number;
  makeOutput(shape: number[], dtype: 'float32'): TensorInfo;
}

/** The memory of TensorFlow.js's wasm backend, where kernels of ours find its tensors and put others. */
export class WasmTensors {
  readonly memory: WasmMemory;
  readonly #backend: Backend;
  #scratch = { address: 0, bytes: 0 };

  /**
   * @param tf TensorFlow.js with the wasm backend ready
   * @throws Error where the backend does not give access to its memory, as its version 4.22.0 does
   */
  constructor(tf: Tf) {
    // Not the current one: another engine may have been started meanwhile.
    this.#backend = tf.findBackend('wasm') as Backend;
    const { memory } = this.#backend.wasm.asm;
    if (memory === undefined) {
      throw new Error(
        'this version of @tensorflow/tfjs-backend-wasm keeps its memory to itself; the version in package.json does not',
      );
    }
    this.memory = memory;
  }

  addressOf({ dataId }: Pick<TensorInfo, 'dataId'>): number {
    return this.#backend.getMemoryOffset(dataId);
  }

  /** A tensor that nothing has been written to. */
  empty(shape: readonly number[]): TensorInfo {
    return this.#backend.makeOutput([...shape], 'float32');
  }

  /**
   * Tells the backend that a tensor's values are others now: of what its kernels have multiplied or convolved by, they
   * keep a packed copy, for as long as the tensor lives.
   */
  changed(tensor: Pick<TensorInfo, 'dataId' | 'shape'>): void {
    const { wasm, dataIdMap } = this.#backend;
    const { id } = dataIdMap.get(tensor.dataId);
    // Only forgets what it knows of the tensor; the memory stays.
    wasm.tfjs.disposeData(id);
    wasm.tfjs.registerTensor(id, sizeOf(tensor.shape), this.addressOf(tensor));
  }

  /** Address of space that holds nothing from one kernel to the next. */
  scratch(bytes: number): number {
    if (bytes > this.#scratch.bytes) {
      const { wasm } = this.#backend;
      if (this.#scratch.bytes > 0) wasm._free(this.#scratch.address);
      this.#scratch = { address: 0, bytes: 0 };
      // Addresses come as signed numbers.
      const address = wasm._malloc(bytes) >>> 0;
      if (address === 0) throw new RangeError(`no ${bytes} bytes are left in the 4 GiB of WebAssembly's memory`);
      this.#scratch = { address, bytes };
    }
    return this.#scratch.address;
  }
}
