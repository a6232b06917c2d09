/** Most bins of a column: what a byte can count. */
const mostBins = 256;

/** Rows whose values are replaced by the bins they lie in: a tree needs only their order, and a byte is quick to count. */
export interface BinnedColumns {
  readonly count: number;
  readonly width: number;
  /** Column after column, the bin of each row: how many of the column's edges are below its value. */
  readonly bins: Uint8Array;
  /** Edges of each column, ascending: a row is in bin b or below where its value is at most edge b. */
  readonly edges: readonly Float32Array[];
}

/**
 * Up to 256 bins a column: one for each value where there are no more, else of about equally many rows.
 *
 * @param x `count` rows of `width` values
 */
export function binnedColumns(x: Float32Array, count: number, width: number): BinnedColumns {
  const bins = new Uint8Array(count * width);
  const edges = Array.from({ length: width }, (_, column) => {
    const values = Float32Array.from({ length: count }, (_, row) => x[row * width + column] ?? 0);
    const own = edgesOf(values.slice().sort());
    values.forEach((value, row) => {
      bins[column * count + row] = binOf(value, own);
    });
    return own;
  });
  return { count, width, bins, edges };
}

/** @param sorted all values of a column, ascending */
function edgesOf(sorted: Float32Array): Float32Array {
  const changes: number[] = [];
  for (let i = 1; i < sorted.length; i++) if (sorted[i] !== sorted[i - 1]) changes.push(i);
  const chosen = changes.length < mostBins ? changes : evenly(changes, sorted.length);
  // Half way between neighbours, as scikit-learn's thresholds.
  return Float32Array.from(chosen, (i) => ((sorted[i - 1] ?? 0) + (sorted[i] ?? 0)) / 2);
}

/** Of the places where values change, the first ones at or behind each 256th part of the rows. */
function evenly(changes: readonly number[], count: number): number[] {
  const chosen: number[] = [];
  let part = 1;
  for (const place of changes) {
    if (place < (part * count) / mostBins) continue;
    chosen.push(place);
    while (part < mostBins && place >= (part * count) / mostBins) part++;
    if (part === mostBins) break;
  }
  return chosen;
}

/** How many edges are below the value. */
function binOf(value: number, edges: Float32Array): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
