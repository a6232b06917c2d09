import { ReverieError } from '../../core/errors.js';
import type { Teacher } from '../../core/teacher.js';
import type { MemoryBatch } from '../../core/memory.js';
import type { RandomStream } from '../../core/random.js';
import type { FrozenAutoencoder } from '../../core/sampler.js';
import { savedClasses } from '../../core/saved-classes.js';
import { combine, part, type Snapshot } from '../../core/snapshot.js';
import type { TensorMap } from '../../core/tensor.js';
import type { TrainedFunction } from '../../core/trained-function.js';
import type { Engine, Variables } from '../../engine/engine.js';
import { feed } from '../../engine/graph/ops.js';
import { transferGrownHead, initial } from '../../engine/networks/initial.js';
import { dropoutFeeds, infer, variables } from '../../engine/networks/network.js';
import { Adam } from '../../engine/optimisers/optimisers.js';
import { BatchedFunction } from '../../engine/training/batched-function.js';
import { Trainer } from '../../engine/training/trainer.js';
import {
  autoHeteroGraph,
  autoHeteroLoss,
  networksOf,
  sampleOf,
  type AutoHeteroGraph,
  type AutoHeteroShape,
} from './auto-hetero-graph.js';
import { classTargets, newClasses } from './classes.js';
import { CodeFunctions, FrozenCopies, type MemoryNetwork } from './memory-network.js';

export interface AutoHeteroOptions extends AutoHeteroShape {
  /** γ > 0: weight of the class head's loss next to that of the reconstruction. */
  readonly classWeight: number;
  readonly learningRate: number;
}

/**
 * An auto- and hetero-associative network (Ans & Rousset 1997, 2000): one trunk from samples through a bottleneck, and
 * on its last layer two heads, one that gives the sample back and one that gives its class, trained together by {@link
 * autoHeteroLoss}. The class head grows, which is reverie's: outputs are added for new classes, and all that is learnt
 * stays.
 */
export class AutoHeteroNetwork implements MemoryNetwork {
  readonly #trunk: AutoHeteroGraph;
  readonly #functions: CodeFunctions;
  readonly #frozen: FrozenCopies;
  #classes: readonly number[] = [];
  #trainer: Trainer;

  constructor(
    private readonly engine: Engine,
    private readonly options: AutoHeteroOptions,
    private readonly random: RandomStream,
  ) {
    const { width, latent } = options;
    const trunk = autoHeteroGraph(options, 0);
    this.#trunk = trunk;
    this.#frozen = new FrozenCopies(engine);
    this.#functions = new CodeFunctions(engine, {
      ...{ width, codeWidth: latent },
      encode: (x) => infer(trunk.encoder, x),
      decode: (code) => sampleOf(trunk, code),
    });
    const values = networksOf(trunk).map((network) => initial(network, random).trainable);
    this.#trainer = this.#build([], Object.assign({}, ...values) as TensorMap);
  }

  get trainer(): Trainer {
    return this.#trainer;
  }

  async train(
    batch: number,
    x: Float32Array,
    target: Float32Array,
    weights: Float32Array,
    { labels, dreams }: Pick<MemoryBatch, 'labels' | 'dreams'>,
  ): Promise<number> {
    this.addClasses([...(dreams?.classes ?? []), ...labels]);
    const { loss } = await this.#trainer.step(batch, {
      x,
      target,
      weights,
      classes: classTargets(labels, dreams, this.#classes),
      ...dropoutFeeds(this.#trunk.encoder, batch, this.random),
      ...dropoutFeeds(this.#trunk.decoder, batch, this.random),
    });
    return loss?.[0] ?? NaN;
  }

  /** Adds outputs for those of these classes that were not met yet. Compiles new programs where there are any. */
  addClasses(classes: Iterable<number>): void {
    const added = newClasses(this.#classes, classes);
    if (added.length === 0) return;
    const before = this.#trainer;
    const { json, tensors } = before.save();
    this.#trainer = this.#build([...this.#classes, ...added], before.parameters());
    this.#trainer.restore({ json, tensors: transferGrownHead(tensors, this.#trainer.save().tensors) });
    before.dispose();
  }

  freeze(): Variables {
    return this.#frozen.freeze(this.#trainer, this.#classes);
  }

  saveFrozen(parameters: Variables): Snapshot {
    return this.#frozen.save(parameters);
  }

  restoreFrozen(snapshot: Snapshot): Variables {
    return this.#frozen.restore(snapshot, this.#trainer);
  }

  with(parameters: Variables): FrozenAutoencoder {
    return this.#functions.with(parameters);
  }

  /**
   * The class head of a frozen copy, for the classes of that time. The parameters stay their owner's: the teacher has no
   * bytes of its own, and does not dispose them.
   */
  teacher(parameters: Variables): Teacher {
    const classes = this.#frozen.classesOf(parameters) ?? this.#classes;
    const { encoder, decoder, hetero } = autoHeteroGraph(this.options, classes.length);
    if (hetero === undefined) {
      throw new ReverieError('learner-failed', 'an auto-hetero network that has met no class cannot label anything');
    }
    const logits = new BatchedFunction(this.engine, this.options.width, (x) =>
      infer(hetero, infer(decoder, infer(encoder, x))),
    );
    return {
      classes,
      probabilities: 'sigmoid',
      label: (features, count) => logits.apply(features, count, parameters),
      bytes: () => 0,
      dispose: () => {
        logits.dispose();
      },
    };
  }

  decoder(): TrainedFunction {
    const classes = this.#classes;
    const graph = autoHeteroGraph(this.options, classes.length);
    const { hetero } = graph;
    const parameters = Object.entries(this.#trainer.parameters()).filter(([name]) => !name.startsWith('encoder/'));
    return {
      name: 'decoder',
      summary: "The memory's decoder: turns codes into samples like those that were learnt, and says what they are.",
      inputs: { code: 'Codes, one a row: points in the bottleneck of the network.' },
      outputs: {
        sample: 'Samples, one a row, values in (0, 1).',
        ...(hetero !== undefined && { logits: 'A column for each class, the sigmoid of each a yes or no of its own.' }),
      },
      sampleOutputs: ['sample'],
      ...(hetero !== undefined && { classes }),
      parameters: Object.fromEntries(parameters),
      graph: (rows) => {
        const code = feed('code', [rows, this.options.latent]);
        const sample = sampleOf(graph, code);
        return hetero === undefined ? { sample } : { sample, logits: infer(hetero, infer(graph.decoder, code)) };
      },
    };
  }

  save(): Snapshot {
    return combine({ head: { json: { classes: this.#classes }, tensors: {} }, network: this.#trainer.save() });
  }

  /** @throws bad-checkpoint where the classes or the parameters are missing */
  restore(snapshot: Snapshot): void {
    const whose = "an auto-hetero network's saved state";
    const classes = savedClasses(part(snapshot, 'head')?.json, whose);
    const network = part(snapshot, 'network');
    if (network === undefined) {
      throw new ReverieError('bad-checkpoint', `${whose} has no parameters; the checkpoint is not usable`);
    }
    const before = this.#trainer;
    this.#trainer = this.#build(classes, before.parameters());
    before.dispose();
    this.#trainer.restore(network);
  }

  dispose(): void {
    this.#trainer.dispose();
    this.#functions.dispose();
  }

  /**
   * A trainer with a new head for these classes.
   *
   * @param known values of the trunk, and of the narrower head that this one takes the place of
   */
  #build(classes: readonly number[], known: TensorMap): Trainer {
    const { engine, options } = this;
    const graph = autoHeteroGraph(options, classes.length);
    const head = graph.hetero === undefined ? {} : initial(graph.hetero, this.random).trainable;
    this.#classes = classes;
    return new Trainer({
      engine,
      parameters: { ...known, ...head },
      nodes: networksOf(graph).flatMap((network) => variables(network).trainable),
      optimiser: new Adam({ learningRate: options.learningRate }),
      objective: (batch) => ({
        loss: autoHeteroLoss(graph, options, classes.length, options.classWeight, batch),
      }),
    });
  }
}
