import { isRecord, stateArrayName, stateArrays, type StateSnapshot } from '../core/snapshot.js';
import { sizeOf } from '../core/tensor.js';

/**
 * Makes sure that what a learner, a plug-in's say, gives as its state can be kept and comes back as what it is.
 *
 * @throws TypeError that names what cannot be kept
 */
export function checkedSnapshot(saved: unknown): StateSnapshot {
  if (!isRecord(saved) || !isRecord(saved['tensors']) || saved['json'] === undefined) {
    throw new TypeError(
      `save gave ${nameOf(saved)}, expected { json, tensors } (json: null where there is nothing to say)`,
    );
  }
  checkJson(saved['json'], 'json');
  for (const [name, tensor] of Object.entries(saved['tensors'])) checkTensor(`tensor "${name}"`, tensor);
  return saved as unknown as StateSnapshot;
}

function checkTensor(what: string, tensor: unknown): void {
  if (!isRecord(tensor)) throw new TypeError(`${what} is ${nameOf(tensor)}, expected { shape, data }`);
  const { shape, data } = tensor;
  if (stateArrayName(data) === undefined) {
    const kinds = Object.values(stateArrays).map((Kind) => Kind.name);
    throw new TypeError(`${what} has its data in ${nameOf(data)}, expected one of ${kinds.join(', ')}`);
  }
  const isShape = Array.isArray(shape) && shape.every((extent) => Number.isSafeInteger(extent) && Number(extent) >= 0);
  const { length } = data as Float32Array;
  if (!isShape || sizeOf(shape as number[]) !== length) {
    const given = Array.isArray(shape) ? `[${shape.join(', ')}]` : nameOf(shape);
    throw new TypeError(`${what} has ${length} values, but shape ${given}`);
  }
}

/** Maps, dates and the like have no own properties: they would be kept as {}. */
function checkJson(value: unknown, place: string): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number' && Number.isFinite(value)) return;
  if (Array.isArray(value)) {
    value.forEach((item, i) => {
      checkJson(item, `${place}[${i}]`);
    });
  } else if (isRecord(value) && [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null)) {
    for (const [key, item] of Object.entries(value)) checkJson(item, `${place}.${key}`);
  } else {
    throw new TypeError(
      `${place} is ${nameOf(value)}, expected JSON: put numbers that are not finite and arrays into tensors`,
    );
  }
}

/** What a value is, in words. */
function nameOf(value: unknown): string {
  if (value === undefined || value === null || typeof value === 'number') return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  const kind = (Object.getPrototypeOf(value) as { readonly constructor?: { readonly name?: string } } | null)
    ?.constructor;
  return `a value of type ${kind?.name ?? 'object'}`;
}
