import { setImmediate } from 'node:timers/promises';
import type { RandomStream } from '../../core/random.js';
import { binnedColumns } from './forest/binned-columns.js';
import { growTree } from './forest/grow-tree.js';
import { addShares, type Tree } from './forest/tree.js';
import type { Probe } from './probe.js';
import { standardisedProbe, type LabelledRows, type Learnt } from './standardised-probe.js';

/**
 * Random forest (Breiman 2001): trees on bootstrap samples, split by Gini impurity among √width random columns at each
 * node, of unlimited depth. A class's score is the mean over trees of its share in the leaf that a row falls into
 * (scikit-learn's `RandomForestClassifier`, which has thresholds between all values; here a column has 256 at most).
 */
export function forestProbe({ trees }: { readonly trees: number }): Probe {
  return standardisedProbe('forest', (rows, random) => learn(rows, trees, random));
}

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
