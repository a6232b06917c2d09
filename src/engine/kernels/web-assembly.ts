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
