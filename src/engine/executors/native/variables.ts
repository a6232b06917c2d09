import type { Shape, Tensor, TensorMap } from '../../../core/tensor.js';
import type { Variables } from '../../engine.js';
import { checkWrite, disposed } from '../program-checks.js';
import type { TensorFlow, TensorId } from './tensorflow.js';

interface Resource {
  readonly shape: Shape;
  readonly handle: TensorId;
}

/** Variables as TensorFlow's resource variables, which optimisers' ops update in place. */
export class NativeVariables implements Variables {
  readonly #resources = new Map<string, Resource>();

  /** @param tensorFlow where they are made */
  constructor(
    private readonly tensorFlow: TensorFlow,
    initial: TensorMap,
  ) {
    for (const [name, { shape, data }] of Object.entries(initial)) this.#add(name, shape, tensorFlow.copy(shape, data));
  }

  get names(): readonly string[] {
    return [...this.#resources.keys()];
  }

  handle(name: string): TensorId {
    return this.#resource(name).handle;
  }

  read(name: string): Tensor {
    const { shape, handle } = this.#resource(name);
    const value = this.tensorFlow.readVariable(handle);
    const data = this.tensorFlow.data(value);
    this.tensorFlow.free(value);
    return { shape, data };
  }

  readAll(): TensorMap {
    return Object.fromEntries(this.names.map((name) => [name, this.read(name)]));
  }

  write(values: TensorMap): void {
    for (const [name, { shape }] of Object.entries(values)) checkWrite(name, this.#resources.get(name)?.shape, shape);
    for (const [name, { shape, data }] of Object.entries(values)) {
      const value = this.tensorFlow.copy(shape, data);
      this.tensorFlow.assignVariable(this.handle(name), value);
      this.tensorFlow.free(value);
    }
  }

  clone(names: readonly string[] = this.names): Variables {
    const copy = new NativeVariables(this.tensorFlow, {});
    for (const name of names) {
      const { shape, handle } = this.#resource(name);
      const value = this.tensorFlow.readVariable(handle);
      copy.#add(name, shape, this.tensorFlow.compute('DeepCopy', [], [value]));
      this.tensorFlow.free(value);
    }
    return copy;
  }

  dispose(): void {
    for (const { handle } of this.#resources.values()) this.tensorFlow.destroyVariable(handle);
    this.#resources.clear();
  }

  /** Takes `value` over. */
  #add(name: string, shape: Shape, value: TensorId): void {
    const handle = this.tensorFlow.createVariable(shape);
    this.#resources.set(name, { shape, handle });
    this.tensorFlow.assignVariable(handle, value);
    this.tensorFlow.free(value);
  }

  #resource(name: string): Resource {
    const resource = this.#resources.get(name);
    if (resource === undefined) throw disposed(`variable "${name}"`);
    return resource;
  }
}

export function isNativeVariables(variables: Variables): variables is NativeVariables {
  return variables instanceof NativeVariables;
}
