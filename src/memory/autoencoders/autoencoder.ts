import type { output, ZodObject } from 'zod';
import type { Warning } from '../../core/warning.js';
import type { RandomStream } from '../../core/random.js';
import type { TrainedFunction } from '../../core/trained-function.js';
import type { Feeds, Engine, Variables } from '../../engine/engine.js';
import { topologicalOrder, type GraphNode } from '../../engine/graph/node.js';
import type { NetworkValues } from '../../engine/networks/initial.js';
import type { Optimiser } from '../../engine/optimisers/optimiser.js';
import { Trainer, type Objective } from '../../engine/training/trainer.js';
import { ReverieError } from '../../core/errors.js';
import type { MemoryBatch } from '../../core/memory.js';
import type { FrozenAutoencoder } from '../../core/sampler.js';
import { savedClasses } from '../../core/saved-classes.js';
import { combine, part, type Snapshot } from '../../core/snapshot.js';
import { feed, variable } from '../../engine/graph/ops.js';
import { CodeFunctions, FrozenCopies, type MemoryNetwork } from './memory-network.js';
import { newClasses } from './classes.js';
import type { NamedPart } from '../../core/part.js';
import type { Shape } from '../../core/tensor.js';

/** What one training step is taken on. */
export interface TrainingRows {
  readonly count: number;
  /** `count` rows of samples. */
  readonly x: Float32Array;
  /** What to reconstruct for each. */
  readonly target: Float32Array;
  /** Of the rows, summing to 1. */
  readonly weights: Float32Array;
  /** Class of each row; absent where it is not known. */
  readonly labels?: Int32Array;
  /** The optimiser step, counted from 1. */
  readonly step: number;
}

/**
 * An autoencoder as plain data and functions of graphs: what it is made of, what it minimises, and what that is fed.
 */
export interface AutoencoderDescription {
  /** Values per sample. */
  readonly width: number;
  /** Values per code. */
  readonly codeWidth: number;
  /** Draws the first values of its variables. */
  initial(random: RandomStream): NetworkValues;
  readonly optimiser: Optimiser;
  /** What to minimise on `batch` rows, from what {@link feeds} gives. */
  objective(batch: number): Objective;
  /** Values for the feeds of {@link objective}; what it draws, noise say, comes from `random`. */
  feeds(rows: TrainingRows, random: RandomStream): Feeds;
  /** Without noise, [batch, width] → [batch, codeWidth]. */
  encode(x: GraphNode): GraphNode;
  /** [batch, codeWidth] → [batch, width] */
  decode(code: GraphNode): GraphNode;
  /** What values of {@link decode} may be, for people: "values in (0, 1)". */
  readonly outputs: string;
  /**
   * `count` codes drawn from the latent prior, for one that holds its codes to one.
   *
   * @param classes those that it was trained on
   */
  samplePrior?(count: number, random: RandomStream, classes: readonly number[]): Float32Array;
  /**
   * The decoder for use without reverie, for one that is conditioned on the class: the classes that it was trained on are then
   * a part of its state. Values of its parameters are filled in by who trains it.
   */
  conditionedDecoder?(classes: readonly number[]): Omit<TrainedFunction, 'name' | 'parameters'>;
  /** Warnings about how it was put together. */
  readonly warnings?: readonly Warning[];
}

/** Trains the working parameters of what a description says, and gives out frozen copies. */
export class Autoencoder implements MemoryNetwork {
  readonly trainer: Trainer;
  readonly #functions: CodeFunctions;
  readonly #frozen: FrozenCopies;
  #classes: readonly number[] = [];

  constructor(
    engine: Engine,
    private readonly description: AutoencoderDescription,
    /** Draws the first parameters, then whatever noise it trains with. */
    private readonly random: RandomStream,
  ) {
    const { trainable, statistics } = description.initial(random);
    this.#functions = new CodeFunctions(engine, description);
    this.#frozen = new FrozenCopies(engine);
    this.trainer = new Trainer({
      engine,
      parameters: trainable,
      statistics,
      nodes: Object.entries(trainable).map(([name, { shape }]) => variable(name, shape)),
      optimiser: description.optimiser,
      objective: (batch) => description.objective(batch),
    });
  }

  /**
   * One optimiser step; gives the loss before it, per row.
   *
   * @param x `batch` rows, without noise; @param target what to reconstruct for each; @param weights of the rows, summing
   * to 1; @param labels classes of the rows, for one that is conditioned on them
   * @throws bad-data where it needs classes and there are none
   */
  async train(
    batch: number,
    x: Float32Array,
    target: Float32Array,
    weights: Float32Array,
    { labels }: Partial<Pick<MemoryBatch, 'labels'>> = {},
  ): Promise<number> {
    if (labels !== undefined) this.addClasses(labels);
    const rows = { count: batch, x, target, weights, step: this.trainer.steps + 1, ...(labels && { labels }) };
    const { loss } = await this.trainer.step(batch, this.description.feeds(rows, this.random));
    return loss?.[0] ?? NaN;
  }

  addClasses(classes: Iterable<number>): void {
    if (this.description.conditionedDecoder === undefined) return;
    this.#classes = [...this.#classes, ...newClasses(this.#classes, classes)];
  }

  freeze(): Variables {
    return this.#frozen.freeze(this.trainer, this.#classes);
  }

  saveFrozen(parameters: Variables): Snapshot {
    return this.#frozen.save(parameters);
  }

  restoreFrozen(snapshot: Snapshot): Variables {
    return this.#frozen.restore(snapshot, this.trainer);
  }

  with(parameters: Variables): FrozenAutoencoder {
    const { description } = this;
    const plain = this.#functions.with(parameters);
    if (description.samplePrior === undefined) return plain;
    const classes = (): readonly number[] => this.#frozen.classesOf(parameters) ?? this.#classes;
    return {
      ...plain,
      samplePrior: (count, random) => description.samplePrior?.(count, random, classes()) ?? new Float32Array(),
    };
  }

  decoder(): TrainedFunction {
    const { codeWidth, outputs } = this.description;
    const plain: Omit<TrainedFunction, 'name' | 'parameters'> = {
      summary: "The memory's decoder: turns codes into samples like those that were learnt.",
      inputs: { code: 'Codes, one a row: points in the bottleneck of the autoencoder.' },
      outputs: { sample: `Samples, one a row, ${outputs}.` },
      sampleOutputs: ['sample'],
      graph: (rows) => ({ sample: this.description.decode(feed('code', [rows, codeWidth])) }),
    };
    const used = variablesIn(this.description.decode(feed('code', [1, codeWidth])));
    const parameters = Object.entries(this.trainer.parameters()).filter(([name]) => used.has(name));
    return {
      name: 'decoder',
      ...(this.description.conditionedDecoder?.(this.#classes) ?? plain),
      parameters: Object.fromEntries(parameters),
    };
  }

  warnings(): readonly Warning[] {
    return this.description.warnings ?? [];
  }

  save(): Snapshot {
    const network = this.trainer.save();
    if (this.description.conditionedDecoder === undefined) return network;
    return combine({ classes: { json: { classes: this.#classes }, tensors: {} }, network });
  }

  /** @throws bad-checkpoint where the classes or the parameters are missing */
  restore(snapshot: Snapshot): void {
    if (this.description.conditionedDecoder === undefined) {
      this.trainer.restore(snapshot);
      return;
    }
    const whose = "a conditional autoencoder's saved state";
    this.#classes = savedClasses(part(snapshot, 'classes')?.json, whose);
    const network = part(snapshot, 'network');
    if (network === undefined) {
      throw new ReverieError('bad-checkpoint', `${whose} has no parameters; the checkpoint is not usable`);
    }
    this.trainer.restore(network);
  }

  dispose(): void {
    this.trainer.dispose();
    this.#functions.dispose();
  }
}

function variablesIn(output: GraphNode): ReadonlySet<string> {
  return new Set(topologicalOrder([output]).flatMap((node) => (node.op === 'variable' ? [node.name] : [])));
}

/** What an autoencoder is made from. */
export interface AutoencoderContext {
  readonly engine: Engine;
  /** Draws the first parameters, then whatever noise it trains with. */
  readonly random: RandomStream;
  /** Of a sample, e.g. [28, 28] or [32, 32, 3]: height, width and channels. */
  readonly shape: Shape;
  /** Values per sample: the product of `shape`. */
  readonly width: number;
}

/** A member of the family by name. Its options are an object's, so that a memory can put its own next to them. */
export interface AutoencoderPart extends NamedPart<AutoencoderContext, MemoryNetwork> {
  readonly options: ZodObject;
  /**
   * What its options come to, for samples of this shape; no variable is made yet.
   *
   * @throws bad-scenario, bad-shape or bad-data where it cannot be made for such samples
   */
  describe(options: unknown, sample: SampleForm): AutoencoderDescription;
}

/** Of which form the samples are. */
type SampleForm = Pick<AutoencoderContext, 'shape' | 'width'>;

/** Describes a member of the family by what its options come to. */
export function autoencoderPart<Schema extends ZodObject>(part: {
  readonly summary: string;
  readonly options: Schema;
  readonly describe: (options: output<Schema>, sample: SampleForm) => AutoencoderDescription;
}): AutoencoderPart {
  const { summary, options } = part;
  const describe = (given: unknown, sample: SampleForm): AutoencoderDescription => {
    if (!(Number.isInteger(sample.width) && sample.width >= 1)) {
      const what = `an autoencoder needs samples of at least one value, and these have ${sample.width}`;
      throw new ReverieError('bad-data', `${what}; look at the data set that they come from`);
    }
    return part.describe(options.parse(given), sample);
  };
  const make = (given: unknown, { engine, random, ...sample }: AutoencoderContext): MemoryNetwork =>
    new Autoencoder(engine, describe(given, sample), random);
  return { summary, options, describe, make };
}
