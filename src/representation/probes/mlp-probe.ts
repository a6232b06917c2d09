import { shuffledBatches } from '../../core/batches.js';
import type { RandomStream } from '../../core/random.js';
import { argMax, type TensorMap } from '../../core/tensor.js';
import type { Engine } from '../../engine/engine.js';
import { feed, logSoftmax, mean, oneHot } from '../../engine/graph/ops.js';
import { softmaxCrossEntropy } from '../../engine/losses/classes.js';
import { denseNetwork } from '../../engine/networks/dense-network.js';
import { initial } from '../../engine/networks/initial.js';
import { forward, infer, variables, type Network } from '../../engine/networks/network.js';
import { Adam } from '../../engine/optimisers/adam.js';
import { BatchedFunction } from '../../engine/training/batched-function.js';
import { Trainer } from '../../engine/training/trainer.js';
import { EarlyStopping, toEnd, trainEpochs } from '../fitting/train-epochs.js';
import type { Probe } from './probe.js';
import { standardisedProbe, type LabelledRows, type Learnt } from './standardised-probe.js';

export interface MlpProbeOptions {
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  /** Adam's α. */
  readonly learningRate: number;
  readonly batchSize: number;
  /** Most passes over the codes. */
  readonly epochs: number;
  /** Passes without a better one after which to stop. */
  readonly patience: number;
}

/** Share of the codes that is held out, to see when to stop. */
const heldOutShare = 0.1;

/**
 * A multilayer perceptron with ReLU, trained by Adam on softmax cross-entropy. A tenth of the codes is held out; training
 * stops when so many passes over the others brought no better accuracy on it, and the weights of the best pass are kept
 * (scikit-learn's `MLPClassifier(early_stopping=True)`, without its small L2 penalty). Scores are logarithms of
 * probabilities.
 */
export function mlpProbe(options: MlpProbeOptions, engine: Engine): Probe {
  return standardisedProbe('mlp', (rows, random) => learn(rows, options, engine, random));
}

async function learn(
  rows: LabelledRows,
  options: MlpProbeOptions,
  engine: Engine,
  random: RandomStream,
): Promise<Learnt> {
  const { width, classes, count } = rows;
  const network = denseNetwork({ name: 'mlp', widths: [width, ...options.hidden, classes], activation: 'relu' });
  const trainer = trainerOf(network, rows, options, engine, random);
  const logarithms = new BatchedFunction(engine, width, (x) => logSoftmax(infer(network, x)));
  const dispose = (): void => {
    logarithms.dispose();
    trainer.dispose();
  };
  try {
    const order = random.permutation(count);
    const held = Math.max(1, Math.floor(heldOutShare * count));
    const [heldOut, kept] = [pick(rows, order.subarray(0, held)), pick(rows, order.subarray(held))];
    const stopping = new EarlyStopping<TensorMap>(
      {
        measure: async () => -accuracyOf(await logarithms.apply(heldOut.x, held, trainer.variables), heldOut, classes),
        save: () => trainer.parameters(),
        restore: (parameters) => {
          trainer.variables.write(parameters);
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
        const { loss } = await trainer.step(drawn.length, { x, labels: Float32Array.from(y) });
        return { loss: loss?.[0] ?? NaN, endsEpoch };
      },
      measure: () => stopping.measure(),
      enough: () => stopping.done,
    });
    await toEnd(training);
    stopping.restoreBest();
  } catch (error) {
    dispose();
    throw error;
  }
  return { scores: (x, queryCount) => logarithms.apply(x, queryCount, trainer.variables), dispose };
}

function trainerOf(
  network: Network,
  { width, classes }: LabelledRows,
  { learningRate }: MlpProbeOptions,
  engine: Engine,
  random: RandomStream,
): Trainer {
  return new Trainer({
    engine,
    parameters: initial(network, random).trainable,
    nodes: variables(network).trainable,
    optimiser: new Adam({ learningRate }),
    objective: (batch) => {
      const { output } = forward(network, feed('x', [batch, width]), 'training');
      return { loss: mean(softmaxCrossEntropy(output, oneHot(feed('labels', [batch]), classes))) };
    },
  });
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
