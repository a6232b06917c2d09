import { ReverieError } from '../core/errors.js';
import type { Predictions } from '../core/learner.js';
import type { RandomStream } from '../core/random.js';
import { savedClasses } from '../core/saved-classes.js';
import { combine, part, type Snapshot } from '../core/snapshot.js';
import { topClasses } from '../core/teacher.js';
import { sizeOf, type Shape, type TensorMap } from '../core/tensor.js';
import type { TrainedFunction } from '../core/trained-function.js';
import type { Engine } from '../engine/engine.js';
import { gradients } from '../engine/graph/gradients.js';
import type { GraphNode } from '../engine/graph/node.js';
import { add, feed, mean } from '../engine/graph/ops.js';
import { weightedTotal } from '../engine/losses.js';
import { infer, outputShape, variables, type Network } from '../engine/networks/network.js';
import { initial, transferGrownHead } from '../engine/networks/initial.js';
import { checkSize } from '../engine/networks/size-limit.js';
import type { Optimiser } from '../engine/optimisers/optimiser.js';
import { cosine } from '../engine/optimisers/schedules.js';
import { BatchedFunction } from '../engine/training/batched-function.js';
import { squaredGradients, SquaredGradientSum } from '../engine/training/squared-gradients.js';
import { Trainer } from '../engine/training/trainer.js';
import type { Batch } from './batches.js';
import { classLoss, type ClassLoss } from './class-losses.js';
import { classifierFunction, frozenModel, type FrozenModel } from './frozen-model.js';
import { classifierNetwork, type NetworkChoice } from './network-choice.js';
import { chosenOptimiser, type OptimiserChoice } from './optimiser-choice.js';
import type { ModelGraph, StepRules } from './step-rules.js';

export interface ModelOptions {
  /** Values per sample. */
  readonly width: number;
  /** Of one sample; [width] unless given. */
  readonly shape?: Shape;
  /** Widths of the hidden layers, where no network is given. */
  readonly hidden: readonly number[];
  /** A perceptron with those hidden layers unless given. */
  readonly network?: NetworkChoice | undefined;
  /** Adam unless given. */
  readonly optimiser?: OptimiserChoice | undefined;
  readonly learningRate: number;
  /** Lets the learning rate fall to 0 over each task, along half a cosine; it stays if not given. */
  readonly decay?: 'cosine' | undefined;
  readonly loss: ClassLoss;
  /** Trains in a thread of its own where the engine has one to give; see {@link Model.stepDuring}. */
  readonly ownThread?: boolean;
}

const defaultOptimiser: OptimiserChoice = {
  ...{ name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
};

/** What a model is made of once it has classes. */
interface Built {
  readonly trainer: Trainer;
  readonly logits: BatchedFunction;
  readonly features: BatchedFunction;
}

/**
 * A classifier that grows: a network with an output for each class met so far, its optimiser, and the loss that strategies
 * add to. Predictions compete among all classes.
 */
export class Model {
  #classes: readonly number[] = [];
  /** Steps of the task that it was built for: what the learning rate falls over. */
  #steps = 0;
  #built: Built | undefined;

  readonly #engine: Engine;
  readonly #concurrent: boolean;

  /**
   * @param random draws its first parameters
   * @param rules of the step, asked for when it is built
   */
  constructor(
    private readonly engine: Engine,
    private readonly options: ModelOptions,
    private readonly random: RandomStream,
    private readonly rules: () => StepRules = () => ({}),
  ) {
    // What cannot be shows without classes, and so before anything is written.
    checkSize(this.#description([0]));
    this.#optimiser(1);
    const companion = options.ownThread === true ? engine.companion?.() : undefined;
    this.#engine = companion ?? engine;
    this.#concurrent = companion !== undefined;
  }

  /** The classes met so far, in that order: the order of logits and targets. */
  get classes(): readonly number[] {
    return this.#classes;
  }

  /**
   * Begins a task: adds outputs for new classes, keeps all that is learnt, and starts the optimiser anew for so many steps.
   * Compiles new programs.
   */
  addClasses(newClasses: readonly number[], steps: number): void {
    const previous = this.#built?.trainer.parameters();
    this.#build([...this.#classes, ...newClasses], steps, previous);
  }

  /**
   * One optimiser step on L = Σᵣ wᵣ · loss(logits[r] / Tᵣ, target[r]) + the terms of its rules; the loss by default is the
   * cross-entropy −Σ_c target[r, c] · log softmax(logits[r] / Tᵣ)[c].
   *
   * @param more what else the rules feed
   * @returns the loss of each row before the step, unweighted, and the terms by name
   */
  async step(
    { count, features, targets, weights, inverseTemperatures }: Batch,
    more: Readonly<Record<string, Float32Array>> = {},
  ): Promise<{ readonly rowLosses: Float32Array; readonly terms: Readonly<Record<string, number>> }> {
    const feeds = { x: features, targets, weights, inverseTemperatures, ...more };
    const { rowLosses = new Float32Array(), ...rest } = await this.#network().trainer.step(count, feeds);
    const terms = Object.entries(rest).flatMap(([name, [value = NaN]]) =>
      name === 'loss' ? [] : [[name, value] as const],
    );
    return { rowLosses, terms: Object.fromEntries(terms) };
  }

  /**
   * {@link step} while other work is done: at the same time where the model trains in a thread of its own, and else before
   * it. Gives the same either way, as long as the work does not need this model.
   */
  async stepDuring<T>(batch: Batch, work: () => Promise<T>): Promise<readonly [Float32Array, T]> {
    const training = this.step(batch);
    if (!this.#concurrent) await training;
    const [{ rowLosses }, outcome] = await Promise.all([training, work()]);
    return [rowLosses, outcome];
  }

  /** `count` rows of logits over {@link classes}. */
  logits(features: Float32Array, count: number): Promise<Float32Array> {
    const { logits, trainer } = this.#network();
    return logits.apply(features, count, trainer.variables);
  }

  /** {@link features} as a function of x, with the parameters as they are now, to be exported. */
  featureFunction(): { readonly parameters: TensorMap; readonly graph: (x: GraphNode) => GraphNode } {
    const network = this.#description();
    const trunk = variables({ ...network, layers: network.layers.slice(0, -1) }).trainable.map(({ name }) => name);
    const own = Object.entries(this.parameters()).filter(([name]) => trunk.includes(name));
    return { parameters: Object.fromEntries(own), graph: (x) => this.#graph(network, x).features };
  }

  /** Values that the last hidden layer makes of a sample. */
  get featureWidth(): number {
    const network = this.#description([0]);
    return sizeOf(outputShape({ ...network, layers: network.layers.slice(0, -1) }));
  }

  /** `count` rows of what the last hidden layer makes of samples. */
  features(samples: Float32Array, count: number): Promise<Float32Array> {
    const { features, trainer } = this.#network();
    return features.apply(samples, count, trainer.variables);
  }

  async predict(features: Float32Array, count: number): Promise<Predictions> {
    const logits = await this.logits(features, count);
    return { labels: topClasses(logits, this.#classes, count), logits };
  }

  /** Copies of the parameters as they are now. */
  parameters(): TensorMap {
    return this.#network().trainer.parameters();
  }

  /**
   * Σₙ wₙ·(∂ −log p(targetₙ | xₙ) / ∂θ)², the squares of single rows' gradients at the parameters as they are now, to be fed
   * `x`, `targets` and `weights` in batches of so many rows; the caller disposes it.
   */
  squaredGradients(batch: number): SquaredGradientSum {
    const network = this.#description();
    const parameters = this.parameters();
    return new SquaredGradientSum(this.#engine, parameters, () => {
      const logits = infer(network, feed('x', [batch, this.options.width]));
      const losses = classLoss('cross-entropy', logits, feed('targets', [batch, this.#classes.length]));
      return squaredGradients(losses, feed('weights', [batch]), variables(network).trainable);
    });
  }

  /**
   * The model as it is now, as a teacher.
   *
   * It labels in the thread of whoever asks, not in one of the model's own.
   */
  freeze(): FrozenModel {
    return this.frozen({ json: { classes: this.#classes }, tensors: this.parameters() });
  }

  /** The teacher that {@link FrozenModel.save} gave, of a model with the same options. */
  frozen(snapshot: Snapshot): FrozenModel {
    const network = (classes: readonly number[]): Network => this.#description(classes);
    return frozenModel(this.engine, this.options, network, snapshot);
  }

  /** The model as it is now, for use without reverie. */
  trainedFunction(): TrainedFunction {
    return classifierFunction(this.options, this.#description(), this.#classes, this.parameters());
  }

  save(): Snapshot {
    const json = { classes: this.#classes, steps: this.#steps };
    return this.#built === undefined
      ? { json: { head: json }, tensors: {} }
      : combine({ head: { json, tensors: {} }, network: this.#built.trainer.save() });
  }

  restore(snapshot: Snapshot): void {
    const head = part(snapshot, 'head')?.json;
    const classes = savedClasses(head, "a model's saved state");
    const network = part(snapshot, 'network');
    if (network === undefined) return;
    const steps = (head as { readonly steps?: unknown }).steps;
    this.#build(classes, typeof steps === 'number' ? steps : 0, network.tensors);
    this.#network().trainer.restore(network);
  }

  dispose(): void {
    this.#built?.trainer.dispose();
    this.#built?.logits.dispose();
    this.#built?.features.dispose();
    this.#built = undefined;
  }

  /** @param before parameters to go on from: all of them, or those of a model with fewer classes */
  #build(classes: readonly number[], steps: number, before: TensorMap | undefined): void {
    this.dispose();
    this.#classes = classes;
    this.#steps = steps;
    const { options, random } = this;
    const engine = this.#engine;
    const network = this.#description();
    const drawn = initial(network, random).trainable;
    const parameters = before === undefined ? drawn : transferGrownHead(before, drawn);
    const rules = this.rules();
    const { terms = [] } = rules;
    const anchors = Object.assign({}, ...terms.map((term) => term.anchors?.(parameters) ?? {})) as TensorMap;
    const nodes = variables(network).trainable;
    const trainer = new Trainer({
      engine,
      parameters,
      anchors,
      nodes,
      optimiser: this.#optimiser(steps),
      objective: (batch) => {
        const graph = this.#graph(network, feed('x', [batch, options.width]));
        const targets = feed('targets', [batch, classes.length]);
        const inverse = feed('inverseTemperatures', [batch, 1]);
        const rowLosses = classLoss(options.loss, graph.logits, targets, { inverse });
        const added = terms.map((term) => [term.name, term.build(graph, batch)] as const);
        const loss = added.reduce<GraphNode>(
          (sum, [, term]) => add(sum, term),
          weightedTotal(rowLosses, feed('weights', [batch])),
        );
        return { loss, fetches: { rowLosses, ...Object.fromEntries(added) } };
      },
      transformGradients: (ofLoss) =>
        rules.transformGradients?.(ofLoss, (name, count) => this.#gradientsOn(network, name, count)) ?? ofLoss,
    });
    const logits = new BatchedFunction(engine, options.width, (x) => infer(network, x));
    const features = new BatchedFunction(engine, options.width, (x) => this.#graph(network, x).features);
    this.#built = { trainer, logits, features };
  }

  #graph(network: Network, x: GraphNode): ModelGraph {
    const trunk = { ...network, layers: network.layers.slice(0, -1) };
    const features = trunk.layers.length === 0 ? x : infer(trunk, x);
    return { x, features, logits: infer(network, x), parameters: variables(network).trainable };
  }

  #gradientsOn(network: Network, name: string, count: number): readonly GraphNode[] {
    const logits = infer(network, feed(`${name}/x`, [count, this.options.width]));
    const targets = feed(`${name}/targets`, [count, this.#classes.length]);
    return gradients(mean(classLoss('cross-entropy', logits, targets)), variables(network).trainable);
  }

  #description(classes: readonly number[] = this.#classes): Network {
    const { width, shape = [width] } = this.options;
    return classifierNetwork(this.options, shape, classes.length);
  }

  /** @param steps that the learning rate falls over, where it does */
  #optimiser(steps: number): Optimiser {
    const { optimiser = defaultOptimiser, learningRate, decay } = this.options;
    const from = optimiser.learningRate ?? learningRate;
    return chosenOptimiser(optimiser, decay === undefined ? from : cosine({ from, steps: steps + 1 }));
  }

  #network(): Built {
    if (this.#built === undefined) {
      throw new ReverieError('learner-failed', 'the model has met no class yet: let it learn a task first');
    }
    return this.#built;
  }
}
