import type { RandomStream } from '../../core/random.js';

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

/** Rows with at most this bin in this column go left. */
export interface Split {
  readonly column: number;
  readonly bin: number;
}

/** How many rows of each class a node has, drawn twice counted twice. */
export interface ClassCounts {
  readonly ofClass: Float64Array;
  readonly total: number;
  /** Whether all are of one class. */
  readonly pure: boolean;
}

/** Looks for the best split of a node's rows; keeps the counters that it needs from node to node. */
export class SplitSearch {
  readonly #histogram: Int32Array;
  readonly #binTotals = new Int32Array(256);
  readonly #leftCounts: Float64Array;
  readonly #columns: Int32Array;

  /** @param weights how often each row was drawn; @param tried columns to look at for each split */
  constructor(
    private readonly data: BinnedColumns,
    private readonly y: Int32Array,
    private readonly weights: Int32Array,
    private readonly classes: number,
    private readonly tried: number,
    private readonly random: RandomStream,
  ) {
    this.#histogram = new Int32Array(256 * classes);
    this.#leftCounts = new Float64Array(classes);
    this.#columns = Int32Array.from({ length: data.width }, (_, column) => column);
  }

  countsOf(rows: Int32Array): ClassCounts {
    const ofClass = new Float64Array(this.classes);
    let total = 0;
    for (const row of rows) {
      const [place, weight] = [this.y[row] ?? 0, this.weights[row] ?? 0];
      ofClass[place] = (ofClass[place] ?? 0) + weight;
      total += weight;
    }
    return { ofClass, total, pure: ofClass.some((of) => of === total) };
  }

  /**
   * The split after which the children's Gini impurity, weighted by their sizes, is least: the largest Σ_c l_c² / l +
   * Σ_c r_c² / r. Columns in which the rows do not differ do not count as tried, so that a split is found wherever
   * there is one. Undefined where there is none.
   */
  best(rows: Int32Array, counts: ClassCounts): Split | undefined {
    const columns = this.#columns;
    let best: Split | undefined;
    let most = -Infinity;
    for (let drawn = 0, tried = 0; drawn < columns.length && tried < this.tried; drawn++) {
      const place = drawn + this.random.integer(columns.length - drawn);
      const column = columns[place] ?? 0;
      columns[place] = columns[drawn] ?? 0;
      columns[drawn] = column;
      const found = this.#bestOf(column, rows, counts);
      if (found === undefined) continue;
      tried++;
      if (found.worth <= most) continue;
      most = found.worth;
      best = { column, bin: found.bin };
    }
    return best;
  }

  #bestOf(column: number, rows: Int32Array, { ofClass, total }: ClassCounts) {
    const { classes } = this;
    const [histogram, binTotals, left] = [this.#histogram, this.#binTotals, this.#leftCounts];
    this.#count(column, rows);
    left.fill(0);
    let [inLeft, squaresLeft, squaresRight] = [0, 0, ofClass.reduce((sum, of) => sum + of * of, 0)];
    let best: { readonly bin: number; readonly worth: number } | undefined;
    let most = -Infinity;
    for (let bin = 0; inLeft < total; bin++) {
      const here = binTotals[bin] ?? 0;
      if (here === 0) continue;
      if (inLeft > 0) {
        const worth = squaresLeft / inLeft + squaresRight / (total - inLeft);
        if (worth > most) {
          most = worth;
          best = { bin: this.#middle(bin), worth };
        }
      }
      for (let c = 0; c < classes; c++) {
        const moved = histogram[bin * classes + c] ?? 0;
        if (moved === 0) continue;
        const before = left[c] ?? 0;
        const rest = (ofClass[c] ?? 0) - before;
        squaresLeft += moved * (2 * before + moved);
        squaresRight -= moved * (2 * rest - moved);
        left[c] = before + moved;
      }
      inLeft += here;
    }
    this.#forget(column, rows);
    return best;
  }

  /** The bin half way between this one and the last one before it that has rows: as a midpoint, it favours neither side. */
  #middle(bin: number): number {
    let below = bin - 1;
    while ((this.#binTotals[below] ?? 0) === 0) below--;
    return (below + bin - 1) >> 1;
  }

  #count(column: number, rows: Int32Array): void {
    const { bins, count } = this.data;
    for (const row of rows) {
      const [bin, weight] = [bins[column * count + row] ?? 0, this.weights[row] ?? 0];
      const place = bin * this.classes + (this.y[row] ?? 0);
      this.#histogram[place] = (this.#histogram[place] ?? 0) + weight;
      this.#binTotals[bin] = (this.#binTotals[bin] ?? 0) + weight;
    }
  }

  /** Empties what {@link #count} filled: for few rows that is less than all. */
  #forget(column: number, rows: Int32Array): void {
    if (rows.length > 64) {
      this.#histogram.fill(0);
      this.#binTotals.fill(0);
      return;
    }
    const { bins, count } = this.data;
    for (const row of rows) {
      const bin = bins[column * count + row] ?? 0;
      this.#histogram.fill(0, bin * this.classes, (bin + 1) * this.classes);
      this.#binTotals[bin] = 0;
    }
  }
}
