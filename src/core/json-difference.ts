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
  return jsonDifferences(there, here, path)[0];
}

/** {@link jsonDifference}, of all places. */
export function jsonDifferences(there: Json | undefined, here: Json | undefined, path = ''): readonly string[] {
  if (text(there) === text(here)) return [];
  const [a, b] = [entriesOf(there), entriesOf(here)];
  if (a !== undefined && b !== undefined) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    const within = keys.flatMap((key) => jsonDifferences(a[key], b[key], path === '' ? key : `${path}.${key}`));
    if (within.length > 0) return within;
  }
  return [`${path}: ${printable(text(there))} there, ${printable(text(here))} here`];
}

function text(json: Json | undefined): string {
  return json === undefined ? 'nothing' : canonicalJson(json);
}

/** Of a list, by index. */
function entriesOf(json: Json | undefined): Readonly<Record<string, Json>> | undefined {
  if (json === undefined) return undefined;
  return isRecord(json) ? json : Array.isArray(json) ? Object.fromEntries(Object.entries(json as Json[])) : undefined;
}
