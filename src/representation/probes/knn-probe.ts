import { ReverieError } from '../../core/errors.js';
import type { Engine } from '../../engine/engine.js';
import { NearestCodes } from './nearest-codes.js';
import type { Probe } from './probe.js';
import { standardisedProbe, type LabelledRows, type Learnt } from './standardised-probe.js';

/**
 * k nearest neighbours by Euclidean distance, each with one vote (Cover & Hart 1967). A class's score is its share of the
 * votes, plus less than one vote's worth that is the more the nearer its nearest voter is: so a tie goes to the class
 * of the nearest neighbour (scikit-learn gives it to the lowest class). Nothing is drawn.
 */
export function knnProbe({ k }: { readonly k: number }, engine: Engine): Probe {
  return standardisedProbe('knn', (rows) => learn(rows, k, engine));
}

async function learn(rows: LabelledRows, k: number, engine: Engine): Promise<Learnt> {
  const { x, y, count, width, classes } = rows;
  if (k > count) {
    throw new ReverieError(
      'bad-usage',
      `probe "knn": k is ${k}, and there are ${count} codes to be neighbours; take k ${count} or less, or more codes`,
    );
  }
  const codes = await NearestCodes.make(engine, x, count, width);
  return {
    scores: async (queries, queryCount) => {
      const nearest = await codes.find(queries, queryCount, k);
      const scores = new Float32Array(queryCount * classes);
      for (let query = 0; query < queryCount; query++) {
        votes(nearest.subarray(query * k, (query + 1) * k), y, scores.subarray(query * classes, (query + 1) * classes));
      }
      return scores;
    },
    dispose: () => {
      codes.dispose();
    },
  };
}

/** @param nearest rows of the neighbours, nearest first; @param scores of each class, 0 so far */
function votes(nearest: Int32Array, y: Int32Array, scores: Float32Array): void {
  const k = nearest.length;
  nearest.forEach((row, rank) => {
    const place = y[row] ?? 0;
    const first = scores[place] === 0 ? (k - rank) / (k + 1) : 0;
    scores[place] = (scores[place] ?? 0) + (1 + first) / (k + 1);
  });
}
