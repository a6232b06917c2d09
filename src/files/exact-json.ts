import type { Json } from '../core/snapshot.js';

/**
 * JSON text that gives back exactly the value: unlike `JSON.stringify` it keeps −0, and refuses the numbers that JSON
 * cannot hold instead of turning them into null.
 *
 * @throws TypeError naming the place of NaN, an infinity, or of what is not JSON
 */
export function exactJson(value: Json): string {
  return compact(value, '$');
}

/** The same over several lines: one key a line, arrays of plain values on one line. Ends with a line break. */
export function prettyJson(value: Json): string {
  return `${pretty(value, '$', '')}\n`;
}

function compact(value: Json, place: string): string {
  if (isArray(value)) return `[${value.map((item, i) => compact(item, `${place}[${i}]`)).join(',')}]`;
  if (!isObject(value)) return scalar(value, place);
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}:${compact(item, `${place}.${key}`)}`)
    .join(',')}}`;
}

function pretty(value: Json, place: string, indent: string): string {
  const inner = `${indent}  `;
  if (isArray(value)) {
    if (!value.some((item) => isArray(item) || isObject(item))) {
      return `[${value.map((item, i) => scalar(item, `${place}[${i}]`)).join(', ')}]`;
    }
    const items = value.map((item, i) => `${inner}${pretty(item, `${place}[${i}]`, inner)}`);
    return `[\n${items.join(',\n')}\n${indent}]`;
  }
  if (!isObject(value)) return scalar(value, place);
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  const lines = entries.map(
    ([key, item]) => `${inner}${JSON.stringify(key)}: ${pretty(item, `${place}.${key}`, inner)}`,
  );
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

function scalar(value: unknown, place: string): string {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${place} is ${value}, which JSON cannot hold`);
    return Object.is(value, -0) ? '-0' : String(value);
  }
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return JSON.stringify(value);
  throw new TypeError(`${place} is ${value === undefined ? 'undefined' : `a ${typeof value}`}, which JSON cannot hold`);
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null;
}
