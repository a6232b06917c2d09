import { ReverieError } from '../../core/errors.js';
import { noRoom } from './address-space.js';
import { bytesPerPass } from './elementwise-loop.js';

/**
 * The part of the JavaScript interface of WebAssembly that is used here. TypeScript declares it only together with all
 * of the browser, whose names would then pass for known everywhere.
 */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** A compiled module; of no use but for {@link webAssembly}. */
export type WasmModule = object;

interface WebAssemblyInterface {
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports: { readonly env: { readonly memory: WasmMemory } },
  ) => { readonly exports: Readonly<Record<string, unknown>> };
}

export const webAssembly = (globalThis as unknown as { readonly WebAssembly: WebAssemblyInterface }).WebAssembly;

/** A module's function `run`, working in the given memory; see `encodeModule`. */
export type Run = (...parameters: number[]) => void;

export function instantiate(module: WasmModule, memory: WasmMemory): Run {
  return new webAssembly.Instance(module, { env: { memory } }).exports['run'] as Run;
}

/**
 * A memory of a fixed size.
 *
 * @throws engine-failed where this process may reserve no more addresses; says what to do
 */
function newMemory(pages: number): WasmMemory {
  try {
    return new webAssembly.Memory({ initial: pages, maximum: pages });
  } catch (cause) {
    throw new ReverieError('engine-failed', noRoom, { cause });
  }
}

const pageBytes = 65536;
/** What a WebAssembly memory with 32-bit addresses can hold. */
const mostPages = 65536;

/** Bytes that an array of so many floats takes here: loops run over whole passes. */
export function paddedBytes(length: number): number {
  return Math.ceil((length * 4) / bytesPerPass) * bytesPerPass;
}

/**
 * Arrays in one WebAssembly memory, where loops can work on them, and views on them for everything else. Its size is
 * fixed: growing a memory would take the views' bytes away.
 */
export class Arena {
  readonly memory: WasmMemory;
  #end = 0;

  /**
   * @param bytes of all arrays together, each padded by {@link paddedBytes}
   * @throws RangeError where it is more than a memory can have, engine-failed where this process may not reserve one
   */
  constructor(bytes: number) {
    const pages = Math.ceil(bytes / pageBytes);
    if (pages > mostPages) {
      throw new RangeError(
        `${bytes} bytes of parameters, optimiser state and gradients are more than the 4 GiB that one network may have`,
      );
    }
    this.memory = newMemory(pages);
  }

  /** Room for `length` floats, all 0. */
  allocate(length: number): Float32Array {
    const view = new Float32Array(this.memory.buffer, this.#end, length);
    this.#end += paddedBytes(length);
    return view;
  }
}
