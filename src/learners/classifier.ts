import { ReverieError } from '../core/errors.js';
import { topClasses, type Teacher } from '../core/teacher.js';
import type { Predictions } from '../core/learner.js';
import type { RandomStream } from '../core/random.js';
import { savedClasses } from '../core/saved-classes.js';
import { combine, part, type Snapshot } from '../core/snapshot.js';
import type { TrainedFunction } from '../core/trained-function.js';
import type { Engine } from '../engine/engine.js';
import { feed } from '../engine/graph/ops.js';
import { weightedTotal } from '../engine/losses/rows.js';
import { denseNetwork } from '../engine/networks/dense-network.js';
import { transferGrownHead } from '../engine/networks/transfer-grown-head.js';
import { initial } from '../engine/networks/initial.js';
import { forward, infer, variables, type Network } from '../engine/networks/network.js';
import { Adam } from '../engine/optimisers/adam.js';
import { cosine } from '../engine/optimisers/schedules.js';
import { BatchedFunction } from '../engine/training/batched-function.js';
import { Trainer } from '../engine/training/trainer.js';
import { classLoss, classProbabilities, type ClassLoss } from './class-losses.js';

export interface ClassifierOptions {
  /** Values per sample. */
  readonly width: number;
  readonly hidden: readonly number[];
  readonly learningRate: number;
  /** Lets the learning rate fall to 0 over each task, along half a cosine; it stays if not given. */
  readonly decay?: 'cosine' | undefined;
  readonly loss: ClassLoss;
}

/** A batch for the classifier. Each row has its own target, weight and temperature, so that real and dreamt rows mix. */
export interface ClassifierBatch {
  readonly count: number;
  /** `count` rows of samples. */
  readonly features: Float32Array;
  /** `count` rows of what the loss wants of each class, in [0, 1], in the classifier's order of classes. */
  readonly targets: Float32Array;
  /** Weight of each row in the loss. */
  readonly weights: Float32Array;
  /** 1/T of each row; 1 for hard targets. */
  readonly inverseTemperatures: Float32Array;
}

/**
 * A fully connected classifier with a head that grows: an output is added for each class when it is first met,
 * and predictions compete among all classes met so far.
 */
export class Classifier {
  #classes: readonly number[] = [];
  #network: { readonly trainer: Trainer; readonly logits: BatchedFunction } | undefined;

  constructor(
    private readonly engine: Engine,
    private readonly options: ClassifierOptions,
    private readonly random: RandomStream,
  ) {}

  /** The classes met so far, in that order: the order of logits and targets. */
  get classes(): readonly number[] {
    return this.#classes;
  }

  /** Adds outputs for new classes, keeps all that is learnt, and starts the optimiser anew for so many steps. Compiles new programs. */
  grow(newClasses: readonly number[], steps: number): void {
    const previous = this.#network?.trainer.parameters();
    this.#build([...this.#classes, ...newClasses], steps);
    const { trainer } = this.#built();
    if (previous !== undefined) trainer.variables.write(transferGrownHead(previous, trainer.parameters()));
  }

  /**
   * One optimiser step on L = Σᵣ wᵣ · loss(logits[r] / Tᵣ, target[r]), by default the cross-entropy
   * −Σ_c target[r, c] · log softmax(logits[r] / Tᵣ)[c].
   *
   * @returns the loss of each row before the step, unweighted
   */
  async train({ count, features, targets, weights, inverseTemperatures }: ClassifierBatch): Promise<Float32Array> {
    const feeds = { x: features, targets, weights, inverseTemperatures };
    const { rowLosses = new Float32Array() } = await this.#built().trainer.step(count, feeds);
    return rowLosses;
  }

  /** `count` rows of logits over {@link classes}. */
  logits(features: Float32Array, count: number): Promise<Float32Array> {
    const { logits, trainer } = this.#built();
    return logits.apply(features, count, trainer.variables);
  }

  async predict(features: Float32Array, count: number): Promise<Predictions> {
    const logits = await this.logits(features, count);
    return { labels: topClasses(logits, this.#classes, count), logits };
  }

  /**
   * The classifier as it is now, as a teacher; the caller disposes it.
   *
   * @param engine where it is to label; where it trains if not given
   */
  freeze(engine: Engine = this.engine): Teacher {
    const { trainer } = this.#built();
    const classes = this.#classes;
    const variables = engine.variables(trainer.parameters());
    const logits = new BatchedFunction(engine, this.options.width, (x) => infer(this.#description(classes), x));
    return {
      classes,
      label: (features, count) => logits.apply(features, count, variables),
      bytes: () => Object.values(variables.readAll()).reduce((sum, { data }) => sum + data.byteLength, 0),
      dispose: () => {
        logits.dispose();
        variables.dispose();
      },
    };
  }

  /** The classifier as it is now, for use without reverie. */
  trainedFunction(): TrainedFunction {
    const { trainer } = this.#built();
    const classes = this.#classes;
    const { loss } = this.options;
    return {
      name: 'classifier',
      summary: 'Tells which of all classes met so far a sample is of.',
      inputs: { x: 'Samples, one a row, their values in the order and range of the data set that was learnt.' },
      outputs: {
        logits: 'A column for each class; the largest one is the prediction.',
        probabilities:
          loss === 'binary-cross-entropy'
            ? 'Sigmoid of the logits, each class by itself: they need not sum to 1.'
            : 'Softmax of the logits.',
      },
      classes,
      parameters: trainer.parameters(),
      graph: (rows) => {
        const logits = infer(this.#description(classes), feed('x', [rows, this.options.width]));
        return { logits, probabilities: classProbabilities(loss, logits) };
      },
    };
  }

  save(): Snapshot {
    const json = { classes: this.#classes };
    return this.#network === undefined
      ? { json: { head: json }, tensors: {} }
      : combine({ head: { json, tensors: {} }, network: this.#network.trainer.save() });
  }

  restore(snapshot: Snapshot): void {
    const classes = savedClasses(part(snapshot, 'head')?.json, "a classifier's saved state");
    const network = part(snapshot, 'network');
    if (network === undefined) return;
    this.#build(classes);
    this.#built().trainer.restore(network);
  }

  dispose(): void {
    this.#network?.trainer.dispose();
    this.#network?.logits.dispose();
    this.#network = undefined;
  }

  #build(classes: readonly number[], steps = 0): void {
    this.dispose();
    this.#classes = classes;
    const { engine, options, random } = this;
    // A classifier that was restored takes no step before it grows.
    const learningRate =
      options.decay === undefined ? options.learningRate : cosine({ from: options.learningRate, steps: steps + 1 });
    const network = this.#description(classes);
    const trainer = new Trainer({
      engine,
      parameters: initial(network, random).trainable,
      nodes: variables(network).trainable,
      optimiser: new Adam({ learningRate }),
      objective: (batch) => {
        const logits = forward(network, feed('x', [batch, options.width]), 'training').output;
        const targets = feed('targets', [batch, classes.length]);
        const inverse = feed('inverseTemperatures', [batch, 1]);
        const rowLosses = classLoss(options.loss, logits, targets, { inverse });
        return { loss: weightedTotal(rowLosses, feed('weights', [batch])), fetches: { rowLosses } };
      },
    });
    const logits = new BatchedFunction(engine, options.width, (x) => infer(network, x));
    this.#network = { trainer, logits };
  }

  #description(classes: readonly number[]): Network {
    const { width, hidden } = this.options;
    return denseNetwork({ name: 'classifier', widths: [width, ...hidden, classes.length], activation: 'relu' });
  }

  #built(): { readonly trainer: Trainer; readonly logits: BatchedFunction } {
    if (this.#network === undefined) {
      throw new ReverieError('learner-failed', 'the classifier has met no class yet: let it learn a task first');
    }
    return this.#network;
  }
}
