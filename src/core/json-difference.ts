import { canonicalJson } from './canonical-json.js';
import { printable } from './printable.js';
import { isRecord, type Json } from './snapshot.js';

/**
 * The first place in which two pieces of data differ, e.g. `training.epochs: 20 there, 10 here`; undefined where they are
 * the same.
 *
 * @param path of the pieces themselves
 */
export function jsonDifference(there: Json | undefined, here: Json | undefined, path = ''): string | undefined {
  if (text(there) === text(here)) return undefined;
  const [a, b] = [entriesOf(there), entriesOf(here)];
  if (a !== undefined && b !== undefined) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const difference = jsonDifference(a[key], b[key], path === '' ? key : `${path}.${key}`);
      if (difference !== undefined) return difference;
    }
  }
  return `${path}: ${printable(text(there))} there, ${printable(text(here))} here`;
}

function text(json: Json | undefined): string {
  return json === undefined ? 'nothing' : canonicalJson(json);
}

/** Of a list, by index. */
function entriesOf(json: Json | undefined): Readonly<Record<string, Json>> | undefined {
  if (json === undefined) return undefined;
  return isRecord(json) ? json : Array.isArray(json) ? Object.fromEntries(Object.entries(json as Json[])) : undefined;
}
