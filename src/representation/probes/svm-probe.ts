import { ReverieError } from '../../core/errors.js';
import type { Engine } from '../../engine/engine.js';
import { add, constant, exp, matMul, mul, relu, square, sub, sum, variable } from '../../engine/graph/ops.js';
import type { GraphNode } from '../../engine/graph/node.js';
import { BatchedFunction } from '../../engine/training/batched-function.js';
import { trainSvm, type SupportVectors } from './libsvm.js';
import type { Probe } from './probe.js';
import { standardisedProbe, type LabelledRows, type Learnt } from './standardised-probe.js';

export interface SvmProbeOptions {
  /** C > 0: how much a code on the wrong side costs. */
  readonly c: number;
  /** γ of exp(−γ‖x − s‖²); 1/(width · variance of all values) where not given, scikit-learn's `scale`. */
  readonly gamma?: number | undefined;
  /** More codes than this are refused: the time to train grows with their square. */
  readonly maxSamples: number;
}

/**
 * Support vector machine with an RBF kernel (Cortes & Vapnik 1995), trained by libsvm (Chang & Lin 2011), one against
 * one. A class's score is the number of classes that it wins against, plus what its summed decision values s make of a
 * tie, s / (3·(|s| + 1)), as scikit-learn's `decision_function`. Nothing is drawn.
 */
export function svmProbe(options: SvmProbeOptions, engine: Engine): Probe {
  return standardisedProbe('svm', (rows) => learn(rows, options, engine));
}

async function learn(rows: LabelledRows, options: SvmProbeOptions, engine: Engine): Promise<Learnt> {
  const { x, count, width, classes } = rows;
  const { c, gamma = scaleGamma(x, width), maxSamples } = options;
  if (count > maxSamples) {
    throw new ReverieError(
      'bad-usage',
      `probe "svm": ${count} codes are more than its maxSamples, ${maxSamples}, and its time grows with their square; ` +
        'fit it to a random part of them, or raise "maxSamples"',
    );
  }
  const vectors = await trainSvm(rows, { c, gamma });
  const variables = engine.variables(tensorsOf(vectors, width));
  const decisions = new BatchedFunction(engine, width, (node) => decisionValues(node, vectors, gamma));
  return {
    scores: async (queries, queryCount) =>
      scoresOf(await decisions.apply(queries, queryCount, variables), queryCount, vectors.pairs, classes),
    dispose: () => {
      decisions.dispose();
      variables.dispose();
    },
  };
}

/** 1/(width · Var(x)), the variance being of all values; 1 where they are all equal. */
function scaleGamma(x: Float32Array, width: number): number {
  const mean = x.reduce((total, value) => total + value, 0) / x.length;
  const variance = x.reduce((total, value) => total + (value - mean) ** 2, 0) / x.length;
  return variance === 0 ? 1 : 1 / (width * variance);
}

function tensorsOf({ vectors, coefficients, pairs, count }: SupportVectors, width: number) {
  const squares = Float32Array.from({ length: count }, (_, row) =>
    vectors.subarray(row * width, (row + 1) * width).reduce((total, value) => total + value * value, 0),
  );
  return {
    vectors: { shape: [count, width], data: vectors },
    squares: { shape: [1, count], data: squares },
    coefficients: { shape: [count, pairs.length], data: coefficients },
  };
}

/** Σ_s αₛ·exp(−γ‖x − s‖²) − ρ, for each pair of classes: [batch, width] → [batch, pairs]. */
function decisionValues(x: GraphNode, { count, pairs }: SupportVectors, gamma: number): GraphNode {
  const [, width = 0] = x.shape;
  const products = matMul(x, variable('vectors', [count, width]), { transposeB: true });
  const own = sum(square(x), [1], { keepDims: true });
  const distances = add(sub(variable('squares', [1, count]), mul(products, constant(2))), own);
  // Rounding may make the distance of a vector to itself a little less than 0.
  const kernel = exp(mul(relu(distances), constant(-gamma)));
  const rho = constant(
    Float32Array.from(pairs, (pair) => pair.rho),
    [1, pairs.length],
  );
  return sub(matMul(kernel, variable('coefficients', [count, pairs.length])), rho);
}

function scoresOf(decisions: Float32Array, count: number, pairs: SupportVectors['pairs'], classes: number) {
  const scores = new Float32Array(count * classes);
  const [wins, sums] = [new Float64Array(classes), new Float64Array(classes)];
  const tell = (winner: number, loser: number, by: number): void => {
    wins[winner] = (wins[winner] ?? 0) + 1;
    sums[winner] = (sums[winner] ?? 0) + by;
    sums[loser] = (sums[loser] ?? 0) - by;
  };
  for (let row = 0; row < count; row++) {
    wins.fill(0);
    sums.fill(0);
    pairs.forEach(({ first, second }, pair) => {
      const decision = decisions[row * pairs.length + pair] ?? 0;
      if (decision > 0) tell(first, second, decision);
      else tell(second, first, -decision);
    });
    for (let c = 0; c < classes; c++) {
      const total = sums[c] ?? 0;
      scores[row * classes + c] = (wins[c] ?? 0) + total / (3 * (Math.abs(total) + 1));
    }
  }
  return scores;
}
