import type { RandomStream } from '../../../core/random.js';
import type { BinnedColumns } from './binned-columns.js';
import { SplitSearch } from './split-search.js';
import type { Tree } from './tree.js';

export interface GrowOptions {
  /** Columns that are tried at each node. */
  readonly tried: number;
  readonly classes: number;
}

/** Rows `from … to` of the order that the tree keeps, waiting to become a node. */
interface Waiting {
  readonly node: number;
  readonly from: number;
  readonly to: number;
}

/**
 * One tree of a random forest (Breiman 2001): grown on as many rows as there are, drawn with replacement, until each leaf
 * is of one class or its rows cannot be told apart; at each node the best split among some randomly chosen columns.
 *
 * @param y class of each row, 0 … classes − 1
 */
export function growTree(
  columns: BinnedColumns,
  y: Int32Array,
  { tried, classes }: GrowOptions,
  random: RandomStream,
): Tree {
  const { count, bins, edges } = columns;
  const weights = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const row = random.integer(count);
    weights[row] = (weights[row] ?? 0) + 1;
  }
  const order = Int32Array.from(weights.keys()).filter((row) => weights[row] !== 0);
  const most = 2 * order.length;
  const column = new Int32Array(most).fill(-1);
  const threshold = new Float32Array(most);
  const left = new Int32Array(most);
  const shares: number[] = [];
  const search = new SplitSearch(columns, y, weights, classes, tried, random);
  const scratch = new Int32Array(order.length);

  let nodes = 1;
  const waiting: Waiting[] = [{ node: 0, from: 0, to: order.length }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, from, to } = next;
    const rows = order.subarray(from, to);
    const counts = search.countsOf(rows);
    const split = counts.pure ? undefined : search.best(rows, counts);
    if (split === undefined) {
      left[node] = shares.length / classes;
      for (const of of counts.ofClass) shares.push(of / counts.total);
      continue;
    }
    const own = bins.subarray(split.column * count, (split.column + 1) * count);
    const middle = from + partition(rows, (row) => (own[row] ?? 0) <= split.bin, scratch);
    column[node] = split.column;
    threshold[node] = edges[split.column]?.[split.bin] ?? 0;
    left[node] = nodes;
    waiting.push({ node: nodes, from, to: middle }, { node: nodes + 1, from: middle, to });
    nodes += 2;
  }
  return {
    column: column.slice(0, nodes),
    threshold: threshold.slice(0, nodes),
    left: left.slice(0, nodes),
    shares: Float32Array.from(shares),
  };
}

/** Moves the rows for which `first` holds to the front, both parts in their order; tells how many they are. */
function partition(rows: Int32Array, first: (row: number) => boolean, scratch: Int32Array): number {
  let [kept, moved] = [0, 0];
  for (const row of rows) {
    if (first(row)) rows[kept++] = row;
    else scratch[moved++] = row;
  }
  rows.set(scratch.subarray(0, moved), kept);
  return kept;
}
