import { ReverieError } from '../core/errors.js';
import type { Predictions } from '../core/learner.js';
import type { Experience } from '../core/experience.js';
import type { RandomStream } from '../core/random.js';
import { savedClasses } from '../core/saved-classes.js';
import { combine, part, type Snapshot } from '../core/snapshot.js';
import { topClasses } from '../core/teacher.js';
import { sizeOf, type TensorMap } from '../core/tensor.js';
import type { TrainedFunction } from '../core/trained-function.js';
import type { Engine, Feeds } from '../engine/engine.js';
import type { GraphNode } from '../engine/graph/node.js';
import { feed } from '../engine/graph/ops.js';
import { outputShape } from '../engine/networks/network.js';
import { initial, transferGrownHead } from '../engine/networks/initial.js';
import { checkSize } from '../engine/networks/size-limit.js';
import { BatchedFunction } from '../engine/training/batched-function.js';
import { ParameterSums } from '../engine/training/parameter-sums.js';
import type { Trainer } from '../engine/training/trainer.js';
import type { Batch } from './batches.js';
import { classifierFunction, frozenModel, type FrozenModel } from './frozen-model.js';
import { ModelNetwork } from './model-graph.js';
import { batchProgram, lossesOfRows, type BatchProgram, type LossesOfRows } from './model-programs.js';
import { stepTrainer } from './model-step.js';
import type { ModelOptions } from './model-options.js';
import { classifierNetwork } from './network-choice.js';
import { modelOptimiser } from './optimiser-choice.js';
import { maskFor, type OutputMask } from './output-rules.js';
import type { ModelGraph, StepRules } from './step-rules.js';

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
  /** Classes that the stream has in all, as far as that is known. */
  #classCount: number;
  #built: Built | undefined;

  readonly #engine: Engine;
  readonly #concurrent: boolean;
  readonly #mask: OutputMask | undefined;

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
    this.#classCount = options.classCount ?? 0;
    // What cannot be shows without classes, and so before anything is written.
    checkSize(this.#networkFor(1).network);
    modelOptimiser(options, 1);
    this.#mask = maskFor(options);
    const companion = options.ownThread === true ? engine.companion?.() : undefined;
    this.#engine = companion ?? engine;
    this.#concurrent = companion !== undefined;
  }

  /** The classes met so far, in that order: the order of logits and targets. */
  get classes(): readonly number[] {
    return this.#classes;
  }

  /** Columns of outputs that a new row of the present experience competes among: see `outputs` of the options. */
  get competing(): readonly number[] {
    return this.#mask?.present ?? [...Array(this.#networkFor(this.#classes.length).outputs).keys()];
  }

  /** Columns of classes by the head that they are outputs of: one for each task with `outputs: task`, else one of all. */
  get heads(): readonly (readonly number[])[] {
    return this.options.outputs === 'task' ? (this.#mask?.heads ?? []) : [[...this.#classes.keys()]];
  }

  /**
   * Begins an experience of so many steps: adds outputs for its new classes, keeps all that is learnt, and starts the optimiser
   * anew, unless `resetOptimiser` is false. Compiles new programs.
   *
   * @param anew draws all parameters anew, and keeps nothing but the classes
   * @throws ReverieError `learner-failed` where more classes come than there are outputs for
   */
  begin({ newClasses, classes }: Pick<Experience, 'newClasses' | 'classes'>, steps: number, anew = false): void {
    const before = anew ? undefined : this.#built?.trainer.save();
    const all = [...this.#classes, ...newClasses];
    this.#mask?.begin(
      newClasses.length,
      classes.map((label) => all.indexOf(label)),
    );
    this.#build(all, steps, before?.tensors);
    if (before !== undefined && this.options.resetOptimiser === false) this.#keepOptimiser(before);
  }

  /**
   * One optimiser step on L = Σᵣ wᵣ · loss(logits[r] / Tᵣ, target[r]) + the terms of its rules; the loss by default is the
   * cross-entropy −Σ_c target[r, c] · log softmax(logits[r] / Tᵣ)[c].
   *
   * @param more what else the rules feed
   * @returns the loss of each row before the step, unweighted, and the terms by name
   */
  async step(
    batch: Batch,
    more: Readonly<Record<string, Float32Array>> = {},
  ): Promise<{ readonly rowLosses: Float32Array; readonly terms: Readonly<Record<string, number>> }> {
    const feeds = { ...this.#feedsOf(batch), ...more };
    const { rowLosses = new Float32Array(), ...rest } = await this.#network().trainer.step(batch.count, feeds);
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

  /** Rows whose single gradients can be taken at once: see {@link import('../engine/training/row-gradients.js').rowGradients}. */
  get rowsAtOnce(): number {
    return (this.options.network?.name ?? 'mlp') === 'mlp' ? 128 : 1;
  }

  /** `count` rows of logits over {@link classes}. */
  logits(features: Float32Array, count: number): Promise<Float32Array> {
    const { logits, trainer } = this.#network();
    return logits.apply(features, count, trainer.variables);
  }

  /** {@link features} as a function of x, with the parameters as they are now, to be exported. */
  featureFunction(): { readonly parameters: TensorMap; readonly graph: (x: GraphNode) => GraphNode } {
    const network = this.#networkFor(this.#classes.length);
    return { parameters: network.ofTrunk(this.parameters()), graph: (x) => network.features(x) };
  }

  /** Values that the last hidden layer makes of a sample. */
  get featureWidth(): number {
    return sizeOf(outputShape(this.#networkFor(1).trunk));
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
    return this.#networkFor(this.#classes.length).own(this.#network().trainer.parameters());
  }

  /** Puts what `change` makes of the last layer, [.., outputs], in its place. */
  changeHead(change: (head: TensorMap) => TensorMap): void {
    this.#network().trainer.variables.write(change(this.#networkFor(this.#classes.length).ofHead(this.parameters())));
  }

  /** Copies of the statistics of its rules as they are now. */
  statistics(): TensorMap {
    return this.#network().trainer.statistics();
  }

  /**
   * Sums over batches of so many rows, to be fed `x` and whatever else `graph` has, of a value for each value of the
   * parameters as they are now; the caller disposes them.
   */
  parameterSums(batch: number, graph: (graph: ModelGraph) => readonly GraphNode[]): ParameterSums {
    const network = this.#networkFor(this.#classes.length);
    const x = feed('x', [batch, this.options.width]);
    return new ParameterSums(this.#engine, this.parameters(), () => graph(network.graph(x)));
  }

  /**
   * A function of batches of `count` rows and the parameters as they are when it is asked; the caller disposes it.
   *
   * @param graph of the losses of its rows
   */
  ofBatches(count: number, graph: (losses: LossesOfRows) => GraphNode): BatchProgram {
    const network = this.#networkFor(this.#classes.length);
    const value = graph(lossesOfRows(network, this.options, count, this.#mask !== undefined));
    return batchProgram(this.#engine, value, (batch) => [this.#feedsOf(batch), this.#network().trainer.variables]);
  }

  /** The model as it is now, as a teacher. It labels in the thread of whoever asks, not in one of the model's own. */
  freeze(): FrozenModel {
    return this.frozen({ json: { classes: this.#classes }, tensors: this.parameters() });
  }

  /** The teacher that {@link FrozenModel.save} gave, of a model with the same options. */
  frozen(snapshot: Snapshot): FrozenModel {
    return frozenModel(this.engine, this.options, (classes) => this.#networkFor(classes), snapshot);
  }

  /** The model as it is now, for use without reverie. */
  trainedFunction(): TrainedFunction {
    const network = this.#networkFor(this.#classes.length);
    return classifierFunction(this.options, network, this.#classes, this.parameters());
  }

  save(): Snapshot {
    const all = this.options.outputs === 'all' ? { classCount: this.#classCount } : {};
    const json = { classes: this.#classes, steps: this.#steps, ...all, ...this.#mask?.save() };
    return this.#built === undefined
      ? { json: { head: json }, tensors: {} }
      : combine({ head: { json, tensors: {} }, network: this.#built.trainer.save() });
  }

  restore(snapshot: Snapshot): void {
    const head = part(snapshot, 'head')?.json;
    const classes = savedClasses(head, "a model's saved state");
    const network = part(snapshot, 'network');
    if (network === undefined) return;
    const { steps, classCount } = head as { readonly steps?: unknown; readonly classCount?: unknown };
    if (typeof classCount === 'number') this.#classCount = classCount;
    this.#mask?.restore(head, classes);
    this.#build(classes, typeof steps === 'number' ? steps : 0, network.tensors);
    this.#network().trainer.restore(network);
  }

  dispose(): void {
    this.#built?.trainer.dispose();
    this.#built?.logits.dispose();
    this.#built?.features.dispose();
    this.#built = undefined;
  }

  #feedsOf({ count, features, targets, weights, inverseTemperatures, newRows = count }: Batch): Feeds {
    const masked = this.#mask?.of({ count, newRows, targets }) ?? { targets };
    return { x: features, ...masked, weights, inverseTemperatures };
  }

  /** @param before parameters to go on from: all of them, or those of a model with fewer outputs; others are passed over */
  #build(classes: readonly number[], steps: number, before: TensorMap | undefined): void {
    const network = this.#networkFor(classes.length);
    this.dispose();
    this.#classes = classes;
    this.#steps = steps;
    const { options, random } = this;
    const engine = this.#engine;
    const drawn = initial(network.network, random).trainable;
    const parameters = before === undefined ? drawn : transferGrownHead(before, drawn);
    const trainer = stepTrainer(engine, network, parameters, options, steps, this.rules(), this.#mask !== undefined);
    const logits = new BatchedFunction(engine, options.width, (x) => network.logits(x));
    const features = new BatchedFunction(engine, options.width, (x) => network.features(x));
    this.#built = { trainer, logits, features };
  }

  /** Step count and moments of before; those of outputs that were not there are 0. Statistics begin with the task. */
  #keepOptimiser({ json, tensors }: Snapshot): void {
    const { trainer } = this.#network();
    trainer.restore({
      json,
      tensors: { ...transferGrownHead(tensors, trainer.save().tensors), ...trainer.statistics() },
    });
  }

  /** @throws ReverieError `learner-failed` where there are more classes than outputs */
  #networkFor(classes: number): ModelNetwork {
    const { width, shape = [width] } = this.options;
    const outputs = this.options.outputs === 'all' ? this.#classCount : classes;
    if (classes <= outputs) return new ModelNetwork(classifierNetwork(this.options, shape, outputs), outputs, classes);
    throw new ReverieError(
      'learner-failed',
      `${classes} classes came, and with outputs: all the model has outputs for the ${outputs} that are measured; ` +
        'give outputs: seen for a head that grows',
    );
  }

  #network(): Built {
    if (this.#built === undefined) {
      throw new ReverieError('learner-failed', 'the model has met no class yet: let it learn a task first');
    }
    return this.#built;
  }
}
