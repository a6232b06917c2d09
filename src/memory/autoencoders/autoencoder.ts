import { ReverieError } from '../../core/errors.js';
import type { Warning } from '../../core/warning.js';
import type { MemoryBatch } from '../../core/memory.js';
import type { RandomStream } from '../../core/random.js';
import type { FrozenAutoencoder } from '../../core/sampler.js';
import { savedClasses } from '../../core/saved-classes.js';
import { combine, part, type Snapshot } from '../../core/snapshot.js';
import type { TrainedFunction } from '../../core/trained-function.js';
import type { Engine, Variables } from '../../engine/engine.js';
import { topologicalOrder, type GraphNode } from '../../engine/graph/node.js';
import { feed, variable } from '../../engine/graph/ops.js';
import { Trainer } from '../../engine/training/trainer.js';
import type { AutoencoderDescription } from './autoencoder-description.js';
import { CodeFunctions } from './code-functions.js';
import { FrozenCopies } from './frozen-copies.js';
import type { MemoryNetwork } from './memory-network.js';
import { newClasses } from './new-classes.js';

/**
 * A lossy autoencoder of any kind: it holds the working parameters of what a description says, which train, and gives out
 * frozen copies, which dream and know no noise but the sampler's.
 */
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
