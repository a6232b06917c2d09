import type { TensorMap } from './tensor.js';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * The whole state of a learner or memory: JSON and named arrays of numbers, nothing else. No code and no class travels
 * in it, so that a checkpoint from a stranger can be read without trusting it.
 */
export interface Snapshot {
  readonly json: Json;
  readonly tensors: TensorMap;
}

/** Bytes that the arrays of a snapshot take (float32: four a value). */
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
