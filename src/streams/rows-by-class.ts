import type { Samples } from '../core/dataset.js';

/** The rows of each class, ascending; at most `limit` of each. */
export function rowsByClass(samples: Samples, limit = Infinity): ReadonlyMap<number, readonly number[]> {
  const rows = new Map<number, number[]>();
  for (let row = 0; row < samples.size; row++) {
    const label = samples.label(row);
    const own = rows.get(label);
    if (own === undefined) rows.set(label, [row]);
    else if (own.length < limit) own.push(row);
  }
  return rows;
}

/** The rows of these classes, ascending. */
export function rowsOf(rows: ReadonlyMap<number, readonly number[]>, classes: readonly number[]): Uint32Array {
  return Uint32Array.from(classes.flatMap((label) => rows.get(label) ?? [])).sort();
}
