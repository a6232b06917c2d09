import { z } from 'zod';
import { maxWidth } from '../../engine/networks/size-limit.js';
import { definePart } from '../../core/part.js';
import { shuffledBatches } from '../../core/batches.js';
import type { RandomStream } from '../../core/random.js';
import { argMax, type TensorMap } from '../../core/tensor.js';
import type { Engine } from '../../engine/engine.js';
import { logSoftmax } from '../../engine/graph/ops.js';
import { softmaxCrossEntropy } from '../../engine/losses.js';
import { DenseClassifier } from '../../engine/training/dense-classifier.js';
import { EarlyStopping, toEnd, trainEpochs } from '../fitting/train-epochs.js';
import type { Probe, ProbeContext } from './probe.js';
import { standardisedProbe, type LabelledRows, type Learnt } from './standardised-probe.js';

const options = z.strictObject({
  hidden: z.array(z.int().min(1).max(maxWidth)).max(10).default([100]).describe('Widths of the hidden layers.'),
  learningRate: z.number().positive().default(0.001).describe("Adam's α."),
  batchSize: z.int().min(1).default(200).describe('Codes per optimiser step.'),
  epochs: z.int().min(1).default(200).describe('Most passes over the codes.'),
  patience: z.int().min(1).default(10).describe('Passes without a better one after which to stop.'),
});
type MlpProbeOptions = z.output<typeof options>;

/** Share of the codes that is held out, to see when to stop. */
const heldOutShare = 0.1;

/**
 * A multilayer perceptron with ReLU, trained by Adam on softmax cross-entropy. A tenth of the codes is held out; training
 * stops when so many passes over the others brought no better accuracy on it, and the weights of the best pass are kept
 * (scikit-learn's `MLPClassifier(early_stopping=True)`, without its small L2 penalty). Scores are logarithms of
 * probabilities.
 */
export const mlp = definePart({
  summary: 'Multilayer perceptron, trained by Adam and stopped early.',
  options,
  create: (chosen, { engine }: ProbeContext): Probe =>
    standardisedProbe('mlp', (rows, random) => learn(rows, chosen, engine, random)),
});

async function learn(
  rows: LabelledRows,
  options: MlpProbeOptions,
  engine: Engine,
  random: RandomStream,
): Promise<Learnt> {
  const { width, classes, count } = rows;
  const classifier = new DenseClassifier({
    engine,
    name: 'mlp',
    widths: [width, ...options.hidden, classes],
    learningRate: options.learningRate,
    loss: softmaxCrossEntropy,
    scores: logSoftmax,
    start: random,
  });
  try {
    const order = random.permutation(count);
    const held = Math.max(1, Math.floor(heldOutShare * count));
    const [heldOut, kept] = [pick(rows, order.subarray(0, held)), pick(rows, order.subarray(held))];
    const stopping = new EarlyStopping<TensorMap>(
      {
        measure: async () => -accuracyOf(await classifier.scores(heldOut.x, held), heldOut, classes),
        save: () => classifier.parameters(),
        restore: (parameters) => {
          classifier.write(parameters);
        },
      },
      options.patience,
    );
    const batches = shuffledBatches({ size: kept.count }, Math.min(options.batchSize, kept.count), random);
    const training = trainEpochs({
      subject: 'probe "mlp"',
      remedy: 'a lower "learningRate" may help',
      epochs: options.epochs,
      step: async () => {
        const { rows: drawn, endsEpoch } = batches.next().value;
        const { x, y } = pick(kept, drawn);
        return { loss: await classifier.train(drawn.length, x, oneHotRows(y, classes)), endsEpoch };
      },
      measure: () => stopping.measure(),
      enough: () => stopping.done,
    });
    await toEnd(training);
    stopping.restoreBest();
  } catch (error) {
    classifier.dispose();
    throw error;
  }
  return classifier;
}

function oneHotRows(y: Int32Array, classes: number): Float32Array {
  const rows = new Float32Array(y.length * classes);
  y.forEach((place, row) => (rows[row * classes + place] = 1));
  return rows;
}

function pick({ x, y, width, classes }: LabelledRows, rows: Uint32Array): LabelledRows {
  const picked = new Float32Array(rows.length * width);
  rows.forEach((row, place) => {
    picked.set(x.subarray(row * width, (row + 1) * width), place * width);
  });
  return { x: picked, y: Int32Array.from(rows, (row) => y[row] ?? 0), count: rows.length, width, classes };
}

function accuracyOf(scores: Float32Array, { y, count }: LabelledRows, classes: number): number {
  return y.filter((label, row) => argMax(scores, row * classes, classes) === label).length / count;
}
