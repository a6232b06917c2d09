import type * as Ort from 'onnxruntime-node';
import { sizeOf, type Shape, type Tensor, type TensorMap } from '../../core/tensor.js';
import type { Variables } from '../engine.js';
import type { OrtModule } from './ort-sessions.js';
import { checkWrite, disposed } from './program-checks.js';

interface Slot {
  readonly shape: Shape;
  current: Ort.Tensor;
  /** Made at the first update: frozen copies never need it. */
  spare: Ort.Tensor | undefined;
}

/** Variables as two sets of buffers that change places after an update. */
export class OrtVariables implements Variables {
  readonly #slots: Map<string, Slot>;
  #disposed = false;

  constructor(
    private readonly ort: OrtModule,
    initial: TensorMap,
    private readonly holding: (change: number) => void,
  ) {
    this.#slots = new Map(
      Object.entries(initial).map(([name, { shape, data }]) => [
        name,
        { shape, current: new ort.Tensor('float32', data.slice(), shape), spare: undefined },
      ]),
    );
    holding(this.#slots.size);
  }

  get names(): readonly string[] {
    return [...this.#slots.keys()];
  }

  current(name: string): Ort.Tensor {
    return this.#slot(name).current;
  }

  spare(name: string): Ort.Tensor {
    const slot = this.#slot(name);
    slot.spare ??= new this.ort.Tensor('float32', new Float32Array(sizeOf(slot.shape)), slot.shape);
    return slot.spare;
  }

  swap(names: readonly string[]): void {
    for (const name of names) {
      const slot = this.#slot(name);
      if (slot.spare !== undefined) [slot.current, slot.spare] = [slot.spare, slot.current];
    }
  }

  read(name: string): Tensor {
    const { shape, current } = this.#slot(name);
    return { shape, data: (current.data as Float32Array).slice() };
  }

  readAll(): TensorMap {
    return Object.fromEntries(this.names.map((name) => [name, this.read(name)]));
  }

  write(values: TensorMap): void {
    for (const [name, { shape, data }] of Object.entries(values)) {
      checkWrite(name, this.#slots.get(name)?.shape, shape);
      (this.#slot(name).current.data as Float32Array).set(data);
    }
  }

  clone(names: readonly string[] = this.names): Variables {
    return new OrtVariables(this.ort, Object.fromEntries(names.map((name) => [name, this.read(name)])), this.holding);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.holding(-this.#slots.size);
    this.#slots.clear();
  }

  #slot(name: string): Slot {
    const slot = this.#slots.get(name);
    if (slot === undefined) throw disposed(`variable "${name}"`);
    return slot;
  }
}

/** Whether these variables were made by this engine. */
export function isOrtVariables(variables: Variables): variables is OrtVariables {
  return variables instanceof OrtVariables;
}
