import { instructions as wasm, type Code } from './wasm-module.js';

/** Floats in a vector, and the bytes that they take. */
export const lanes = 4;
export const vectorBytes = 16;

export function assign(index: number, value: Code): Code {
  return [...value, ...wasm.localSet(index)];
}

export function advance(index: number, by: Code): Code {
  return assign(index, [...wasm.localGet(index), ...by, ...wasm.i32Add]);
}

/** Leaves the loop once the address has reached its end; stands directly in the loop's body. */
export function leaveAt(index: number, end: number): Code {
  return [...wasm.localGet(index), ...wasm.localGet(end), ...wasm.i32GreaterOrEqualUnsigned, ...wasm.leaveLoopIf];
}

/** [] → [i32] */
export function product(index: number, factor: Code): Code {
  return [...wasm.localGet(index), ...factor, ...wasm.i32Mul];
}

/** Places of the vectors that so many floats take. */
export function vectorsOf(floats: number): number[] {
  return Array.from({ length: floats / lanes }, (_, i) => i);
}
