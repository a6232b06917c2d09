import { z } from 'zod';
import { definePart } from '../../core/part.js';
import { ReverieError } from '../../core/errors.js';
import type { Engine } from '../../engine/engine.js';
import { add, constant, exp, matMul, mul, relu, square, sub, sum, variable } from '../../engine/graph/ops.js';
import type { GraphNode } from '../../engine/graph/node.js';
import { BatchedFunction } from '../../engine/training/batched-function.js';
import type { Probe, ProbeContext } from './probe.js';
import { standardisedProbe, type LabelledRows, type Learnt } from './standardised-probe.js';

const options = z.strictObject({
  c: z.number().positive().default(1).describe('C: how much a code on the wrong side costs.'),
  gamma: z
    .number()
    .positive()
    .optional()
    .describe('γ of the kernel exp(−γ‖x − s‖²); 1/(width · variance) if not given.'),
  maxSamples: z
    .int()
    .min(2)
    .max(1_000_000)
    .default(10_000)
    .describe('More codes are refused: time grows with their square.'),
});
type SvmProbeOptions = z.output<typeof options>;

/**
 * Support vector machine with an RBF kernel (Cortes & Vapnik 1995), trained by libsvm (Chang & Lin 2011), one against
 * one. A class's score is the number of classes that it wins against, plus what its summed decision values s make of a
 * tie, s / (3·(|s| + 1)), as scikit-learn's `decision_function`. Nothing is drawn.
 */
export const svm = definePart({
  summary: 'Support vector machine with an RBF kernel, by libsvm; for up to some 10,000 codes.',
  options,
  create: (chosen, { engine }: ProbeContext): Probe => standardisedProbe('svm', (rows) => learn(rows, chosen, engine)),
});

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
  const record = (winner: number, loser: number, by: number): void => {
    wins[winner] = (wins[winner] ?? 0) + 1;
    sums[winner] = (sums[winner] ?? 0) + by;
    sums[loser] = (sums[loser] ?? 0) - by;
  };
  for (let row = 0; row < count; row++) {
    wins.fill(0);
    sums.fill(0);
    pairs.forEach(({ first, second }, pair) => {
      const decision = decisions[row * pairs.length + pair] ?? 0;
      if (decision > 0) record(first, second, decision);
      else record(second, first, -decision);
    });
    for (let c = 0; c < classes; c++) {
      const total = sums[c] ?? 0;
      scores[row * classes + c] = (wins[c] ?? 0) + total / (3 * (Math.abs(total) + 1));
    }
  }
  return scores;
}

/** Two classes, by their places, and the offset ρ of their decision function, which is above 0 for the first. */
interface ClassPair {
  readonly first: number;
  readonly second: number;
  readonly rho: number;
}

/** What a one-against-one machine is made of. */
export interface SupportVectors {
  readonly count: number;
  /** `count` rows, as wide as the codes. */
  readonly vectors: Float32Array;
  readonly pairs: readonly ClassPair[];
  /** `count` rows of α for each pair; 0 where the vector is of neither class. */
  readonly coefficients: Float32Array;
}

/** Trains C-SVC with an RBF kernel by libsvm, in this thread: some seconds for 10,000 codes. */
async function trainSvm(
  rows: LabelledRows,
  { c, gamma }: { readonly c: number; readonly gamma: number },
): Promise<SupportVectors> {
  // The asm.js build: the WebAssembly one prints to stderr when it loads.
  const { default: Svm } = await import('libsvm-js/asm.js');
  const machine = new Svm({ type: '0', kernel: '2', cost: c, gamma, quiet: true });
  try {
    machine.train(rowsOf(rows), rows.y);
    return supportVectors(machine.serializeModel(), machine.getSVIndices(), rows);
  } finally {
    machine.free();
  }
}

function rowsOf({ x, count, width }: LabelledRows): Float32Array[] {
  return Array.from({ length: count }, (_, row) => x.subarray(row * width, (row + 1) * width));
}

/**
 * Reads libsvm's text format: a header of a keyword and its values a line, then "SV", then a line for each support vector
 * that begins with its C − 1 coefficients. The vector of class i has its α against class j at place j − 1 if i < j, else
 * at place j (libsvm's FAQ, "How do I get the decision value"). Vectors themselves are taken from the rows, whose digits
 * the text has not all.
 */
function supportVectors(
  model: string,
  rowNumbers: readonly number[],
  { x, width, classes }: LabelledRows,
): SupportVectors {
  const [head = '', body = ''] = model.split('\nSV\n');
  const header = new Map(head.split('\n').map((line) => [line.split(' ', 1)[0] ?? '', line.split(' ').slice(1)]));
  const numbers = (keyword: string): number[] => (header.get(keyword) ?? []).filter((word) => word !== '').map(Number);
  const labels = numbers('label');
  const rhos = numbers('rho');
  const classOf = numbers('nr_sv').flatMap((vectors, place) => new Array<number>(vectors).fill(place));
  const places = labels.flatMap((_, i) => labels.slice(i + 1).map((_, after) => ({ i, j: i + 1 + after })));
  const count = rowNumbers.length;
  const coefficients = new Float32Array(count * places.length);
  const lines = body.trimEnd().split('\n');
  const asExpected = labels.length === classes && rhos.length === places.length && classOf.length === count;
  if (!asExpected || lines.length !== count) {
    throw new ReverieError(
      'learner-failed',
      `libsvm gave a model of ${labels.length} classes, ${rhos.length} offsets and ${lines.length} support vectors for ` +
        `${classes} classes and ${count} vectors; is libsvm-js as package.json asks for it? Run npm ci`,
    );
  }
  for (let vector = 0; vector < count; vector++) {
    const own = classOf[vector] ?? 0;
    const alphas = (lines[vector] ?? '').split(' ', labels.length - 1).map(Number);
    places.forEach(({ i, j }, pair) => {
      const alpha = own === i ? alphas[j - 1] : own === j ? alphas[i] : 0;
      coefficients[vector * places.length + pair] = alpha ?? 0;
    });
  }
  const vectors = new Float32Array(count * width);
  rowNumbers.forEach((row, place) => {
    vectors.set(x.subarray(row * width, (row + 1) * width), place * width);
  });
  const pairs = places.map(({ i, j }, pair) => ({
    first: labels[i] ?? 0,
    second: labels[j] ?? 0,
    rho: rhos[pair] ?? 0,
  }));
  return { count, vectors, pairs, coefficients };
}
