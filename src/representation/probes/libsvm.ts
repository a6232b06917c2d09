import { ReverieError } from '../../core/errors.js';
import type { LabelledRows } from './standardised-probe.js';

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
export async function trainSvm(
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
