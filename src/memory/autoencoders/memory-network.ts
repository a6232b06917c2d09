import type { Warning } from '../../core/warning.js';
import type { MemoryBatch } from '../../core/memory.js';
import type { FrozenAutoencoder } from '../../core/sampler.js';
import type { Snapshot } from '../../core/snapshot.js';
import type { TrainedFunction } from '../../core/trained-function.js';
import type { Variables, Engine } from '../../engine/engine.js';
import type { Trainer } from '../../engine/training/trainer.js';
import type { GraphNode } from '../../engine/graph/node.js';
import { BatchedFunction } from '../../engine/training/batched-function.js';
import { ReverieError } from '../../core/errors.js';
import { savedClasses } from '../../core/saved-classes.js';

/** A network that an autoencoder memory trains, freezes and walks upon. */
export interface MemoryNetwork {
  /** Owns the working parameters; another one once the network has grown. */
  readonly trainer: Trainer;

  /**
   * One optimiser step; gives the loss before it, weighted by the rows.
   *
   * @param batch rows; @param x `batch` rows of samples; @param target what to reconstruct for each; @param weights of the
   * rows, summing to 1; @param labels what the rows are of, for a network that learns classes as well
   */
  train(
    batch: number,
    x: Float32Array,
    target: Float32Array,
    weights: Float32Array,
    labels: Pick<MemoryBatch, 'labels' | 'dreams'>,
  ): Promise<number>;

  /** Makes sure that it can name these classes from now on; for networks that name any. */
  addClasses?(classes: Iterable<number>): void;
  /** A frozen copy of the parameters as they are now; the caller disposes it. */
  freeze(): Variables;
  /** A frozen copy as it can be saved, and again from that; the caller disposes it. */
  saveFrozen(parameters: Variables): Snapshot;
  /** @throws bad-checkpoint where it is not what {@link saveFrozen} gives */
  restoreFrozen(snapshot: Snapshot): Variables;
  /** The autoencoder with these parameters (its own working ones, or a frozen copy). */
  with(parameters: Variables): FrozenAutoencoder;
  /** The decoder with the working parameters, for use without reverie. */
  decoder(): TrainedFunction;
  /** Warnings about how it was put together; none where it does not say. */
  warnings?(): readonly Warning[];

  save(): Snapshot;
  restore(snapshot: Snapshot): void;
  dispose(): void;
}

export interface CodeFunctionsOptions {
  /** Values per sample. */
  readonly width: number;
  /** Values per code. */
  readonly codeWidth: number;
  /** [batch, width] → [batch, codeWidth] */
  readonly encode: (x: GraphNode) => GraphNode;
  /** [batch, codeWidth] → [batch, width] */
  readonly decode: (code: GraphNode) => GraphNode;
}

/** An autoencoder applied: x ↦ code, code ↦ x, and both in turn as one program. */
export class CodeFunctions {
  readonly #encode: BatchedFunction;
  readonly #decode: BatchedFunction;
  readonly #reconstruct: BatchedFunction;

  constructor(
    engine: Engine,
    private readonly options: CodeFunctionsOptions,
  ) {
    const { width, codeWidth, encode, decode } = options;
    this.#encode = new BatchedFunction(engine, width, encode);
    this.#decode = new BatchedFunction(engine, codeWidth, decode);
    this.#reconstruct = new BatchedFunction(engine, width, (x) => decode(encode(x)));
  }

  /** The autoencoder with these parameters. */
  with(parameters: Variables): FrozenAutoencoder {
    const { width, codeWidth } = this.options;
    return {
      width,
      codeWidth,
      encode: (features, count) => this.#encode.apply(features, count, parameters),
      decode: (codes, count) => this.#decode.apply(codes, count, parameters),
      reconstruct: (features, count) => this.#reconstruct.apply(features, count, parameters),
    };
  }

  dispose(): void {
    for (const rowFunction of [this.#encode, this.#decode, this.#reconstruct]) rowFunction.dispose();
  }
}

/** Frozen copies of the parameters of a network, which the caller disposes, with the classes that it knew at the time. */
export class FrozenCopies {
  readonly #classesOf = new WeakMap<Variables, readonly number[]>();

  constructor(private readonly engine: Engine) {}

  freeze({ variables, parameterNames }: Trainer, classes: readonly number[]): Variables {
    const frozen = variables.clone(parameterNames);
    this.#classesOf.set(frozen, classes);
    return frozen;
  }

  /** The classes that a frozen copy knows; undefined for parameters that are none. */
  classesOf(parameters: Variables): readonly number[] | undefined {
    return this.#classesOf.get(parameters);
  }

  save(frozen: Variables): Snapshot {
    return { json: { classes: this.#classesOf.get(frozen) ?? [] }, tensors: frozen.readAll() };
  }

  /** @throws bad-checkpoint where the classes are missing, or a parameter of `trainer` */
  restore({ json, tensors }: Snapshot, { parameterNames }: Trainer): Variables {
    const whose = "a memory's saved frozen autoencoder";
    const classes = savedClasses(json, whose);
    const missing = parameterNames.filter((name) => !Object.hasOwn(tensors, name));
    if (missing.length > 0) {
      throw new ReverieError('bad-checkpoint', `${whose} lacks ${missing.join(', ')}; the checkpoint is not usable`);
    }
    const frozen = this.engine.variables(tensors);
    this.#classesOf.set(frozen, classes);
    return frozen;
  }
}
