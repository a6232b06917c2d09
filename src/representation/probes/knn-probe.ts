import { z } from 'zod';
import { definePart } from '../../core/part.js';
import { ReverieError } from '../../core/errors.js';
import type { Engine, Program, Variables } from '../../engine/engine.js';
import type { Probe, ProbeContext } from './probe.js';
import { standardisedProbe, type LabelledRows, type Learnt } from './standardised-probe.js';
import type { TensorMap } from '../../core/tensor.js';
import { feed, matMul, sub, variable } from '../../engine/graph/ops.js';
import { squaredDistance } from '../../metrics/distances.js';

/**
 * k nearest neighbours by Euclidean distance, each with one vote (Cover & Hart 1967). A class's score is its share of the
 * votes, plus less than one vote's worth that is the more the nearer its nearest voter is: so a tie goes to the class
 * of the nearest neighbour (scikit-learn gives it to the lowest class). Nothing is drawn.
 */
export const knn = definePart({
  summary: 'k nearest neighbours by Euclidean distance, each with one vote.',
  options: z.strictObject({ k: z.int().min(1).max(1000).default(5).describe('Neighbours that vote.') }),
  create: ({ k }, { engine }: ProbeContext): Probe => standardisedProbe('knn', (rows) => learn(rows, k, engine)),
});

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

/** Queries that go through at once. */
const queryBatch = 256;

/** Codes that they are compared with at once: a block of distances has 256 × 4,096 values, 4 MB. */
const largestBlock = 4096;

/** Half the squared length of a row that only fills a block up: no query is near it. */
const nowhere = 1e30;

/**
 * Codes that can be asked for their nearest to any query, by Euclidean distance: all are compared with, in blocks, by
 * the engine's matrix products, ‖q − c‖²/2 − ‖q‖²/2 = ‖c‖²/2 − q·c, rounded to float32: of two codes that are equally
 * near but for some 10⁻⁶ of ‖c‖² the wrong one may be taken. What is taken is put in the order of exact distances.
 */
class NearestCodes {
  private constructor(
    private readonly program: Program,
    private readonly blocks: readonly Variables[],
    private readonly block: number,
    private readonly codes: Float32Array,
    private readonly width: number,
  ) {}

  /** @param codes `count` rows of `width` values, at least one; kept, not copied */
  static async make(engine: Engine, codes: Float32Array, count: number, width: number): Promise<NearestCodes> {
    const block = Math.min(largestBlock, count);
    const products = matMul(feed('queries', [queryBatch, width]), variable('codes', [width, block]));
    const program = await engine.compile({ fetches: { d: sub(variable('halves', [1, block]), products) } });
    const blocks: Variables[] = [];
    for (let from = 0; from < count; from += block) {
      const here = codes.subarray(from * width, Math.min(from + block, count) * width);
      blocks.push(engine.variables(blockOf(here, width, block)));
    }
    return new NearestCodes(program, blocks, block, codes, width);
  }

  /**
   * The k nearest codes of each query, nearest first; the lower row where two are equally near.
   *
   * @param queries `count` rows; @param k at most the number of codes
   * @returns `count` rows of k row numbers
   */
  async find(queries: Float32Array, count: number, k: number): Promise<Int32Array> {
    const nearest = new Int32Array(count * k);
    const distances = new Float32Array(queryBatch * k);
    for (let from = 0; from < count; from += queryBatch) {
      const here = Math.min(queryBatch, count - from);
      const batch = new Float32Array(queryBatch * this.width);
      batch.set(queries.subarray(from * this.width, (from + here) * this.width));
      const rows = nearest.subarray(from * k, (from + here) * k);
      distances.fill(Infinity);
      for (const [b, variables] of this.blocks.entries()) {
        const { d = new Float32Array() } = await this.program.run({ queries: batch }, variables);
        takeNearer(d, this.block, b * this.block, here, k, distances, rows);
      }
      this.#order(batch, here, k, rows);
    }
    return nearest;
  }

  dispose(): void {
    this.program.dispose();
    for (const variables of this.blocks) variables.dispose();
  }

  #order(queries: Float32Array, count: number, k: number, nearest: Int32Array): void {
    for (let query = 0; query < count; query++) {
      const own = nearest.subarray(query * k, (query + 1) * k);
      const exact = Array.from(own, (row) => ({
        row,
        distance: squaredDistance(queries, query, this.codes, row, this.width),
      }));
      exact.sort((a, b) => a.distance - b.distance || a.row - b.row);
      own.set(exact.map(({ row }) => row));
    }
  }
}

/** Codes as columns, and half the squared length of each; what they lack of a block is filled up. */
function blockOf(rows: Float32Array, width: number, block: number): TensorMap {
  const columns = new Float32Array(width * block);
  const halves = new Float32Array(block).fill(nowhere);
  for (let row = 0; row * width < rows.length; row++) {
    let squares = 0;
    for (let i = 0; i < width; i++) {
      const value = rows[row * width + i] ?? 0;
      columns[i * block + row] = value;
      squares += value * value;
    }
    halves[row] = squares / 2;
  }
  return { codes: { shape: [width, block], data: columns }, halves: { shape: [1, block], data: halves } };
}

/**
 * Puts what is nearer than the nearest so far in its place among them.
 *
 * @param found distances of all queries to a block of codes, the first of which is row `first`
 * @param distances of the k nearest so far of each of `count` queries, ascending; @param rows which they are
 */
function takeNearer(
  found: Float32Array,
  block: number,
  first: number,
  count: number,
  k: number,
  distances: Float32Array,
  rows: Int32Array,
): void {
  for (let query = 0; query < count; query++) {
    const [start, last] = [query * k, query * k + k - 1];
    let farthest = distances[last] ?? 0;
    for (let column = 0, from = query * block; column < block; column++) {
      const distance = found[from + column] ?? 0;
      if (distance >= farthest) continue;
      let at = last;
      for (; at > start && (distances[at - 1] ?? 0) > distance; at--) {
        distances[at] = distances[at - 1] ?? 0;
        rows[at] = rows[at - 1] ?? 0;
      }
      distances[at] = distance;
      rows[at] = first + column;
      farthest = distances[last] ?? 0;
    }
  }
}
