import { bytesPerPass } from './elementwise-loop.js';
import { webAssembly, type WasmMemory } from './web-assembly.js';

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

  /** @param bytes of all arrays together, each padded by {@link paddedBytes} */
  constructor(bytes: number) {
    const pages = Math.ceil(bytes / pageBytes);
    if (pages > mostPages) {
      throw new RangeError(
        `${bytes} bytes of parameters, optimiser state and gradients are more than the 4 GiB that one network may have`,
      );
    }
    this.memory = new webAssembly.Memory({ initial: pages, maximum: pages });
  }

  /** Room for `length` floats, all 0. */
  allocate(length: number): Float32Array {
    const view = new Float32Array(this.memory.buffer, this.#end, length);
    this.#end += paddedBytes(length);
    return view;
  }
}
