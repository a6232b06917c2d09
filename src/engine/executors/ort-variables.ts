import type * as Ort from 'onnxruntime-node';
import { sizeOf, type Shape, type Tensor, type TensorMap } from '../../core/tensor.js';
import type { Variables } from '../engine.js';
import { Arena, paddedBytes } from '../kernels/web-assembly.js';
import type { OrtModule } from './load-ort.js';
import { checkWrite, disposed } from './program-checks.js';

interface Slot {
  readonly shape: Shape;
  current: Ort.Tensor;
  /** Made at the first update by the model: frozen copies and what loops update never need it. */
  spare: Ort.Tensor | undefined;
}

/** Where loops work: all variables, and scratch space for what loops read next to them. */
interface LoopSpace {
  readonly arena: Arena;
  readonly scratch: readonly Float32Array[];
}

/**
 * Variables as plain arrays. What the model updates has two buffers that change places after a run; what loops update
 * lies in a WebAssembly memory, in one buffer, and is updated in place.
 */
export class OrtVariables implements Variables {
  readonly #slots: Map<string, Slot>;
  #loopSpace: LoopSpace | undefined;
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
    slot.spare ??= this.#tensor(new Float32Array(sizeOf(slot.shape)), slot.shape);
    return slot.spare;
  }

  swap(names: readonly string[]): void {
    for (const name of names) {
      const slot = this.#slot(name);
      if (slot.spare === undefined) continue;
      // Loops know a variable by its address: there the value is copied instead.
      if (this.#loopSpace === undefined) [slot.current, slot.spare] = [slot.spare, slot.current];
      else arrayOf(slot.current).set(arrayOf(slot.spare));
    }
  }

  /**
   * The memory in which loops find the variables, with scratch arrays of the given lengths in it; they hold nothing
   * from one run to the next. Moves the variables there at the first call, and wherever more scratch space is needed.
   */
  loopSpace(scratchLengths: readonly number[]): LoopSpace {
    const fits = (space: LoopSpace): boolean =>
      scratchLengths.every((length, i) => (space.scratch[i]?.length ?? 0) >= length);
    if (this.#loopSpace !== undefined && fits(this.#loopSpace)) return this.#loopSpace;
    const known = this.#loopSpace?.scratch ?? [];
    const lengths = Array.from({ length: Math.max(known.length, scratchLengths.length) }, (_, i) =>
      Math.max(known[i]?.length ?? 0, scratchLengths[i] ?? 0),
    );
    const sizes = [...[...this.#slots.values()].map(({ shape }) => sizeOf(shape)), ...lengths];
    const arena = new Arena(sizes.reduce((bytes, length) => bytes + paddedBytes(length), 0));
    for (const slot of this.#slots.values()) {
      const moved = arena.allocate(sizeOf(slot.shape));
      moved.set(arrayOf(slot.current));
      slot.current = this.#tensor(moved, slot.shape);
    }
    this.#loopSpace = { arena, scratch: lengths.map((length) => arena.allocate(length)) };
    return this.#loopSpace;
  }

  read(name: string): Tensor {
    const { shape, current } = this.#slot(name);
    return { shape, data: arrayOf(current).slice() };
  }

  readAll(): TensorMap {
    return Object.fromEntries(this.names.map((name) => [name, this.read(name)]));
  }

  write(values: TensorMap): void {
    for (const [name, { shape, data }] of Object.entries(values)) {
      checkWrite(name, this.#slots.get(name)?.shape, shape);
      arrayOf(this.#slot(name).current).set(data);
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
    this.#loopSpace = undefined;
  }

  #tensor(data: Float32Array, shape: Shape): Ort.Tensor {
    return new this.ort.Tensor('float32', data, shape);
  }

  #slot(name: string): Slot {
    const slot = this.#slots.get(name);
    if (slot === undefined) throw disposed(`variable "${name}"`);
    return slot;
  }
}

function arrayOf(tensor: Ort.Tensor): Float32Array {
  return tensor.data as Float32Array;
}

/** Whether these variables were made by this engine. */
export function isOrtVariables(variables: Variables): variables is OrtVariables {
  return variables instanceof OrtVariables;
}
