import type { Json } from './snapshot.js';

/**
 * The value as JSON data: properties that are undefined are left out.
 *
 * @returns undefined where it is, or has in it, something that JSON cannot say, e.g. NaN, a function, a Map
 */
export function toJson(value: unknown): Json | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (Array.isArray(value)) {
    const entries = value.map(toJson);
    return entries.every((entry) => entry !== undefined) ? entries : undefined;
  }
  if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return undefined;
  const given = Object.entries(value).filter(([, entry]) => entry !== undefined);
  const properties: [string, Json][] = [];
  for (const [key, entry] of given) {
    const json = toJson(entry);
    if (json === undefined) return undefined;
    properties.push([key, json]);
  }
  return Object.fromEntries(properties);
}

/** JSON without white space and with sorted keys: equal values give equal texts. */
export function canonicalJson(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const properties = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${properties.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`).join(',')}}`;
}

/** `Array.isArray` does not narrow readonly arrays. */
function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
