import { z } from 'zod';
import { definePart } from '../../core/part.js';
import { setImmediate } from 'node:timers/promises';
import type { RandomStream } from '../../core/random.js';
import { binnedColumns, SplitSearch, type BinnedColumns } from './split-search.js';
import type { Probe } from './probe.js';
import { standardisedProbe, type LabelledRows, type Learnt } from './standardised-probe.js';

/**
 * Random forest (Breiman 2001): trees on bootstrap samples, split by Gini impurity among √width random columns at each
 * node, of unlimited depth. A class's score is the mean over trees of its share in the leaf that a row falls into
 * (scikit-learn's `RandomForestClassifier`, which has thresholds between all values; here a column has 256 at most).
 */
export const forest = definePart({
  summary: 'Random forest: trees on bootstrap samples, by Gini impurity among √width columns.',
  options: z.strictObject({ trees: z.int().min(1).max(10_000).default(100).describe('Trees in the forest.') }),
  create: ({ trees }): Probe => standardisedProbe('forest', (rows, random) => learn(rows, trees, random)),
});

async function learn(
  { x, y, count, width, classes }: LabelledRows,
  trees: number,
  random: RandomStream,
): Promise<Learnt> {
  const columns = binnedColumns(x, count, width);
  const tried = Math.max(1, Math.floor(Math.sqrt(width)));
  const forest: Tree[] = [];
  for (let tree = 0; tree < trees; tree++) {
    forest.push(growTree(columns, y, { tried, classes }, random));
    // Lets displays and interruptions have their turn.
    await setImmediate();
  }
  return {
    scores: async (queries, queryCount) => {
      const sums = new Float32Array(queryCount * classes);
      for (const tree of forest) {
        addShares(tree, queries, queryCount, sums);
        await setImmediate();
      }
      return sums.map((sum) => sum / trees);
    },
    dispose: () => {
      forest.length = 0;
    },
  };
}

/** A decision tree as arrays: one entry for each node, the root first. */
export interface Tree {
  /** Column that a node asks about; −1 at a leaf. */
  readonly column: Int32Array;
  /** Rows whose value is at most this go left. */
  readonly threshold: Float32Array;
  /** The left child; the right one is the next. At a leaf, which row of {@link shares} is its own. */
  readonly left: Int32Array;
  /** For each leaf, the share of each class among the rows that it was grown from. */
  readonly shares: Float32Array;
}

/** Adds the class shares that a tree gives each of `count` rows to `sums`, `count` rows of one value for each class. */
function addShares(tree: Tree, x: Float32Array, count: number, sums: Float32Array): void {
  const [width, classes] = [x.length / count, sums.length / count];
  const { column, threshold, left, shares } = tree;
  for (let row = 0; row < count; row++) {
    let node = 0;
    for (let asked = column[0] ?? -1; asked >= 0; asked = column[node] ?? -1) {
      const goesLeft = (x[row * width + asked] ?? 0) <= (threshold[node] ?? 0);
      node = (left[node] ?? 0) + (goesLeft ? 0 : 1);
    }
    const leaf = (left[node] ?? 0) * classes;
    for (let c = 0; c < classes; c++) {
      sums[row * classes + c] = (sums[row * classes + c] ?? 0) + (shares[leaf + c] ?? 0);
    }
  }
}

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
 * is of one class or its rows cannot be distinguished; at each node the best split among some randomly chosen columns.
 *
 * @param y class of each row, 0 … classes − 1
 */
function growTree(columns: BinnedColumns, y: Int32Array, { tried, classes }: GrowOptions, random: RandomStream): Tree {
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

/** Moves the rows for which `first` holds to the front, both parts in their order; gives how many they are. */
function partition(rows: Int32Array, first: (row: number) => boolean, scratch: Int32Array): number {
  let [kept, moved] = [0, 0];
  for (const row of rows) {
    if (first(row)) rows[kept++] = row;
    else scratch[moved++] = row;
  }
  rows.set(scratch.subarray(0, moved), kept);
  return kept;
}
