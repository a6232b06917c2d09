import type { Shape, TensorMap } from './tensor.js';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * The whole state of a learner or memory: JSON and named arrays of numbers, nothing else. No code and no class travels
 * in it, so that a checkpoint from a stranger can be read without trusting it.
 */
export interface Snapshot {
  readonly json: Json;
  readonly tensors: TensorMap;
}

/** A {@link Snapshot} with arrays of any kind, as a learner of one's own may have. */
export interface StateSnapshot {
  readonly json: Json;
  readonly tensors: Readonly<Record<string, StateTensor>>;
}

/** An array of numbers as part of a state; it comes back as the kind of array that it was. */
export interface StateTensor {
  readonly shape: Shape;
  readonly data: StateArray;
}

/** The kinds of arrays that a snapshot keeps, by the names that files have for them (those of safetensors). */
export const stateArrays = {
  F32: Float32Array,
  F64: Float64Array,
  I8: Int8Array,
  I16: Int16Array,
  I32: Int32Array,
  I64: BigInt64Array,
  U8: Uint8Array,
  U16: Uint16Array,
  U32: Uint32Array,
  U64: BigUint64Array,
} as const;

export type StateArray =
  | (Float32Array | Float64Array)
  | (Int8Array | Int16Array | Int32Array | BigInt64Array)
  | (Uint8Array | Uint16Array | Uint32Array | BigUint64Array);

/** The name of the kind of an array; undefined for what a snapshot does not keep. */
export function stateArrayName(data: unknown): keyof typeof stateArrays | undefined {
  const found = Object.entries(stateArrays).find(([, Kind]) => data instanceof Kind && data.constructor === Kind);
  return found?.[0] as keyof typeof stateArrays | undefined;
}

/** Bytes that the arrays of a snapshot take (float32: four bytes a value). */
export function bytesOf(snapshot: Snapshot): number {
  return Object.values(snapshot.tensors).reduce((sum, tensor) => sum + tensor.data.byteLength, 0);
}

/** Puts several snapshots into one, each under its own name; {@link part} takes one back out. */
export function combine(parts: Readonly<Record<string, Snapshot>>): Snapshot {
  const tensors: Record<string, TensorMap[string]> = {};
  const json: Record<string, Json> = {};
  for (const [name, snapshot] of Object.entries(parts)) {
    json[name] = snapshot.json;
    for (const [key, tensor] of Object.entries(snapshot.tensors)) tensors[`${name}/${key}`] = tensor;
  }
  return { json, tensors };
}

/** The part of this name, or undefined where the snapshot has none. */
export function part(snapshot: Snapshot, name: string): Snapshot | undefined {
  const json = isRecord(snapshot.json) ? snapshot.json[name] : undefined;
  if (json === undefined) return undefined;
  const prefix = `${name}/`;
  const own = Object.entries(snapshot.tensors).filter(([key]) => key.startsWith(prefix));
  return { json, tensors: Object.fromEntries(own.map(([key, tensor]) => [key.slice(prefix.length), tensor])) };
}

/** Whether it is an object and no array. */
export function isRecord(json: Json): json is { readonly [key: string]: Json };
export function isRecord(value: unknown): value is Record<string, unknown>;
export function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether it is a list of whole numbers. */
export function isIntegers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((one) => Number.isInteger(one));
}
