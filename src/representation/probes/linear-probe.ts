import { z } from 'zod';
import { definePart } from '../../core/part.js';
import { ReverieError } from '../../core/errors.js';
import { joined, sizeOf, type TensorMap } from '../../core/tensor.js';
import type { Engine, Feeds, Program, ProgramDefinition, Variables } from '../../engine/engine.js';
import { gradients } from '../../engine/graph/gradients.js';
import { feed, logSoftmax, mul, oneHot, sum } from '../../engine/graph/ops.js';
import { softmaxCrossEntropy } from '../../engine/losses.js';
import { denseNetwork, infer, variables, type Network } from '../../engine/networks/network.js';
import { BatchedFunction } from '../../engine/training/batched-function.js';
import { minimise, type Minimum, type Slope } from './lbfgs.js';
import type { Probe, ProbeContext } from './probe.js';
import { standardisedProbe, type LabelledRows, type Learnt } from './standardised-probe.js';

const options = z.strictObject({
  c: z.number().positive().default(1).describe('C: how much the codes count compared with the penalty.'),
  iterations: z.int().min(1).max(100_000).default(1000).describe('Most L-BFGS steps.'),
  tolerance: z
    .number()
    .min(1e-7)
    .default(1e-4)
    .describe('Largest entry of the gradient at which the minimum counts as found.'),
});
type LinearProbeOptions = z.output<typeof options>;

/** Rows that go through at once: bounds the memory that it takes, whatever the set. */
const chunk = 4096;

/**
 * Multinomial logistic regression, the "linear probe": W and b that minimise
 *
 *     (1/n)·Σᵢ −log softmax(xᵢ·W + b)[yᵢ] + ‖W‖² / (2·C·n)
 *
 * to a gradient of at most the tolerance (scikit-learn's `LogisticRegression(C)`). The problem is strictly convex in W: its
 * minimum does not depend on where one starts, and nothing is drawn. Scores are logarithms of probabilities.
 */
export const linear = definePart({
  summary: 'Multinomial logistic regression with an L2 penalty: what a straight cut can distinguish.',
  options,
  create: (chosen, { engine }: ProbeContext): Probe =>
    standardisedProbe('linear', (rows) => learn(rows, chosen, engine)),
});

async function learn(rows: LabelledRows, options: LinearProbeOptions, engine: Engine): Promise<Learnt> {
  const network = denseNetwork({ name: 'linear', widths: [rows.width, rows.classes], activation: 'relu' });
  const zeros = Object.fromEntries(
    variables(network).trainable.map(({ name, shape }) => [name, { shape, data: new Float32Array(sizeOf(shape)) }]),
  );
  const parameters = engine.variables(zeros);
  const program = await engine.compile(definition(network, rows));
  try {
    const problem = { chunks: chunksOf(rows), count: rows.count, penalty: 1 / (options.c * rows.count), program };
    const slope = (x: Float64Array): Promise<Slope> => slopeAt(x, problem, zeros, parameters);
    const size = Object.values(zeros).reduce((total, { data }) => total + data.length, 0);
    const minimum = await minimise(slope, new Float64Array(size), options);
    if (!minimum.converged) throw notConverged(minimum, options);
    parameters.write(asTensors(minimum.x, zeros));
  } catch (error) {
    parameters.dispose();
    throw error;
  } finally {
    program.dispose();
  }
  const logarithms = new BatchedFunction(engine, rows.width, (x) => logSoftmax(infer(network, x)));
  return {
    scores: (x, count) => logarithms.apply(x, count, parameters),
    dispose: () => {
      logarithms.dispose();
      parameters.dispose();
    },
  };
}

/** The cross-entropy of each row of a chunk, and the gradient of their weighted sum. */
function definition(network: Network, { width, classes, count }: LabelledRows): ProgramDefinition {
  const batch = Math.min(chunk, count);
  const targets = oneHot(feed('labels', [batch]), classes);
  const losses = mul(softmaxCrossEntropy(infer(network, feed('x', [batch, width])), targets), feed('weights', [batch]));
  const nodes = variables(network).trainable;
  const found = gradients(sum(losses), nodes);
  return { fetches: { losses, ...Object.fromEntries(found.map((node, i) => [nodes[i]?.name ?? '', node])) } };
}

/** All rows as feeds; what a last chunk lacks is filled up with rows of weight 0. */
function chunksOf({ x, y, count, width }: LabelledRows): Feeds[] {
  const batch = Math.min(chunk, count);
  return Array.from({ length: Math.ceil(count / batch) }, (_, i) => {
    const [from, to] = [i * batch, Math.min((i + 1) * batch, count)];
    const features = filledUp(x.subarray(from * width, to * width), batch * width);
    const labels = filledUp(Float32Array.from(y.subarray(from, to)), batch);
    return { x: features, labels, weights: new Float32Array(batch).fill(1, 0, to - from) };
  });
}

function filledUp(values: Float32Array, length: number): Float32Array {
  if (values.length === length) return values;
  const filled = new Float32Array(length);
  filled.set(values);
  return filled;
}

interface Problem {
  readonly chunks: readonly Feeds[];
  readonly count: number;
  /** 1/(C·n) */
  readonly penalty: number;
  readonly program: Program;
}

async function slopeAt(
  at: Float64Array,
  { chunks, count, penalty, program }: Problem,
  shapes: TensorMap,
  parameters: Variables,
): Promise<Slope> {
  parameters.write(asTensors(at, shapes));
  const gradient = new Float64Array(at.length);
  let value = 0;
  for (const feeds of chunks) {
    const { losses = new Float32Array(), ...found } = await program.run(feeds, parameters);
    // Summed in double precision: a step near the minimum changes the loss by less than float32 can show.
    value += losses.reduce((total, loss) => total + loss, 0) / count;
    const ofChunk = joined(Object.keys(shapes).map((name) => found[name] ?? new Float32Array()));
    for (let i = 0; i < gradient.length; i++) gradient[i] = (gradient[i] ?? 0) + (ofChunk[i] ?? 0) / count;
  }
  const weightCount = at.length - (Object.values(shapes).at(-1)?.data.length ?? 0);
  for (let i = 0; i < weightCount; i++) {
    value += (penalty * (at[i] ?? 0) ** 2) / 2;
    gradient[i] = (gradient[i] ?? 0) + penalty * (at[i] ?? 0);
  }
  return { value, gradient };
}

/** One array after the other, kernel and then bias, as tensors of these shapes. */
function asTensors(values: Float64Array, shapes: TensorMap): TensorMap {
  let from = 0;
  return Object.fromEntries(
    Object.entries(shapes).map(([name, { shape }]) => {
      const size = sizeOf(shape);
      const data = Float32Array.from(values.subarray(from, from + size));
      from += size;
      return [name, { shape, data }];
    }),
  );
}

function notConverged({ iterations, gradient }: Minimum, { tolerance }: LinearProbeOptions): ReverieError {
  return new ReverieError(
    'diverged',
    `probe "linear": after ${iterations} steps the gradient is still ${gradient.toExponential(1)}, above ${tolerance}; ` +
      'allow more "iterations", a larger "tolerance" or a smaller "c"',
  );
}
