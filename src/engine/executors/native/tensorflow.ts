import type { Shape } from '../../../core/tensor.js';

/** What is used of the addon of tfjs-node. */
export interface TensorFlowBinding {
  createTensor(shape: readonly number[], dtype: number, data: Float32Array | Int32Array): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array;
  executeOp(
    op: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputs: number,
  ): readonly { readonly id: number }[];
  loadSavedModel(folder: string, tags: string): number;
  runSavedModel(
    model: number,
    inputs: readonly number[],
    inputNames: string,
    outputNames: string,
  ): readonly { readonly id: number }[];
  deleteSavedModel(model: number): void;
  getNumOfTensors(): number;
  getNumOfSavedModels(): number;
  isUsingGpuDevice(): boolean;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_Version: string;
}

/** A tensor that TensorFlow holds until it is freed. */
export type TensorId = number;

/** A graph that TensorFlow holds until it is freed. */
export type GraphId = number;

/** An attribute of an op as the addon wants it; what has a default, or follows from the inputs, can be left out. */
export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: boolean | number | string | readonly number[];
}

/** The name that makes TensorFlow give each resource a name of its own (`ResourceHandle::ANONYMOUS_NAME`). */
const anonymous = 'cd2c89b7-88b7-44c8-ad83-06c2a9158347';

/**
 * TensorFlow's eager ops on bare tensor numbers, without the bookkeeping of TensorFlow.js: an op costs some
 * microseconds. Every number that is handed out must be freed once.
 */
export class TensorFlow {
  readonly #float: readonly Attribute[];
  #resources = 0;

  constructor(private readonly binding: TensorFlowBinding) {
    this.#float = [{ name: 'dtype', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }];
  }

  get version(): string {
    return this.binding.TF_Version;
  }

  /** Tensors, variables and graphs that exist, of whoever uses the library in this thread. */
  get live(): number {
    return this.binding.getNumOfTensors() + this.binding.getNumOfSavedModels() + this.#resources;
  }

  get usesGpu(): boolean {
    return this.binding.isUsingGpuDevice();
  }

  flags(values: Readonly<Record<string, boolean>>): readonly Attribute[] {
    return Object.entries(values).map(([name, value]) => ({ name, type: this.binding.TF_ATTR_BOOL, value }));
  }

  /** Runs an op with one output. */
  compute(op: string, attributes: readonly Attribute[], inputs: readonly TensorId[]): TensorId {
    const [output] = this.binding.executeOp(op, attributes, inputs, 1);
    if (output === undefined) throw new Error(`${op} gave no output`);
    return output.id;
  }

  /** Runs an op that changes a variable and has no output. */
  perform(op: string, attributes: readonly Attribute[], inputs: readonly TensorId[]): void {
    this.binding.executeOp(op, attributes, inputs, 0);
  }

  /** A tensor on the memory of `data`, without a copy: must be freed before `data` changes. */
  view(shape: Shape, data: Float32Array): TensorId {
    return this.binding.createTensor(shape, this.binding.TF_FLOAT, data);
  }

  /** A tensor in TensorFlow's own memory. */
  copy(shape: Shape, data: Float32Array): TensorId {
    const view = this.view(shape, data);
    const copy = this.compute('DeepCopy', [], [view]);
    this.free(view);
    return copy;
  }

  /** A list of whole numbers, such as a shape; lies on the memory of `data`. */
  integers(data: Int32Array): TensorId {
    return this.binding.createTensor([data.length], this.binding.TF_INT32, data);
  }

  data(id: TensorId): Float32Array {
    return this.binding.tensorDataSync(id);
  }

  free(id: TensorId): void {
    this.binding.deleteTensor(id);
  }

  /** A resource variable that holds no value yet; gives its handle, which {@link destroyVariable} frees. */
  createVariable(shape: Shape): TensorId {
    const handle = this.compute(
      'VarHandleOp',
      [
        ...this.#float,
        { name: 'shape', type: this.binding.TF_ATTR_SHAPE, value: shape },
        { name: 'shared_name', type: this.binding.TF_ATTR_STRING, value: anonymous },
      ],
      [],
    );
    this.#resources++;
    return handle;
  }

  /** The value, sharing the variable's memory until one of both changes. */
  readVariable(handle: TensorId): TensorId {
    return this.compute('ReadVariableOp', this.#float, [handle]);
  }

  /** The variable takes over the memory of `value`. */
  assignVariable(handle: TensorId, value: TensorId): void {
    this.perform('AssignVariableOp', this.#float, [handle, value]);
  }

  destroyVariable(handle: TensorId): void {
    this.perform('DestroyResourceOp', [], [handle]);
    this.free(handle);
    this.#resources--;
  }

  /** Prepares a graph that lies in a folder as a SavedModel. The folder is not needed afterwards. */
  loadGraph(folder: string, tag: string): GraphId {
    return this.binding.loadSavedModel(folder, tag);
  }

  /** @param inputNames and `outputNames`: tensors of the graph, `name:0`, joined by commas */
  runGraph(graph: GraphId, inputs: readonly TensorId[], inputNames: string, outputNames: string): readonly TensorId[] {
    return this.binding.runSavedModel(graph, inputs, inputNames, outputNames).map(({ id }) => id);
  }

  freeGraph(graph: GraphId): void {
    this.binding.deleteSavedModel(graph);
  }
}
