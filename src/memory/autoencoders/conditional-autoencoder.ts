import type { MemoryBatch } from '../../core/memory.js';
import type { RandomStream } from '../../core/random.js';
import type { Autoencoding } from '../../core/sampler.js';
import { savedClasses } from '../../core/saved-classes.js';
import { combine, part, type Snapshot } from '../../core/snapshot.js';
import { ReverieError } from '../../core/errors.js';
import type { TrainedFunction } from '../../core/trained-function.js';
import type { Engine, Variables } from '../../engine/engine.js';
import type { GraphNode } from '../../engine/graph/node.js';
import * as g from '../../engine/graph/ops.js';
import { rowSums, weightedTotal } from '../../engine/losses/rows.js';
import { binaryCrossEntropyWithLogits, squaredError } from '../../engine/losses/values.js';
import { denseNetwork } from '../../engine/networks/dense-network.js';
import { initial } from '../../engine/networks/initial.js';
import { forward, infer, variables, type Network } from '../../engine/networks/network.js';
import { Adam } from '../../engine/optimisers/adam.js';
import { Trainer, type Objective } from '../../engine/training/trainer.js';
import { classCodes, classCodeWidth, noiseOfClasses } from './class-codes.js';
import { CodeFunctions } from './code-functions.js';
import { distanceFromNoise, pairWeights } from './matched-codes.js';
import type { MemoryNetwork } from './memory-network.js';
import { unmetClasses } from './unmet-classes.js';

export const noiseOf = ['class', 'all'] as const;

export interface ConditionalOptions {
  /** Values per sample. */
  readonly width: number;
  /** Values per code, the class aside. */
  readonly latent: number;
  /** Widths of the encoder's hidden layers; the decoder has them in reverse. */
  readonly hidden: readonly number[];
  readonly learningRate: number;
  /** κ ≥ 0: weight of the codes' distance from noise, beside nats of reconstruction per row. */
  readonly noiseWeight: number;
  /** Whose codes are held to N(0, I): those of each class, or all together. */
  readonly noiseOf: (typeof noiseOf)[number];
  /** σ ≥ 0 of the noise on codes while it trains. */
  readonly codeNoise: number;
}

/**
 * An autoencoder that is told the class. Its encoder gives a code μ and a guess ĉ of the class's code, its decoder makes a
 * sample of the code, with noise, and of the code c of the class:
 *
 *     L = Σᵣ wᵣ·(BCE(targetᵣ, D(zᵣ, cᵣ)) + ‖ĉᵣ − cᵣ‖²) + κ·Σ_y p_y·MMD²(z | y, N(0, I)),   z = μ + σ·ε
 *
 * Codes are held to N(0, I) class by class, so that noise and a class are seeds enough: nothing needs to be kept of what
 * codes were like. Their own noise fills the room between the codes of samples, which a batch is too small to show.
 * Without noise, AE(x) = D(μ, ĉ), and its code is [μ, ĉ].
 */
export class ConditionalAutoencoder implements MemoryNetwork {
  readonly trainer: Trainer;
  readonly #functions: CodeFunctions;
  readonly #encoder: Network;
  readonly #decoder: Network;
  /** The classes that frozen parameters were trained on. */
  readonly #classesOf = new WeakMap<Variables, readonly number[]>();
  #classes: readonly number[] = [];

  constructor(
    engine: Engine,
    private readonly options: ConditionalOptions,
    /** Draws the first parameters, then the noise that codes are compared with. */
    private readonly random: RandomStream,
  ) {
    const { width, latent, hidden, learningRate } = options;
    const code = latent + classCodeWidth;
    const encoder = denseNetwork({ name: 'encoder', widths: [width, ...hidden, code], activation: 'relu' });
    const decoder = denseNetwork({
      name: 'decoder',
      widths: [code, ...[...hidden].reverse(), width],
      activation: 'relu',
    });
    [this.#encoder, this.#decoder] = [encoder, decoder];
    this.#functions = new CodeFunctions(engine, {
      ...{ width, codeWidth: code },
      encode: (x) => infer(encoder, x),
      decode: (z) => g.sigmoid(infer(decoder, z)),
    });
    this.trainer = new Trainer({
      engine,
      parameters: { ...initial(encoder, random).trainable, ...initial(decoder, random).trainable },
      nodes: [...variables(encoder).trainable, ...variables(decoder).trainable],
      optimiser: new Adam({ learningRate }),
      objective: (batch) => this.#objective(batch),
    });
  }

  async train(
    batch: number,
    x: Float32Array,
    target: Float32Array,
    weights: Float32Array,
    { labels }: Pick<MemoryBatch, 'labels'>,
  ): Promise<number> {
    this.meet(labels);
    const { loss } = await this.trainer.step(batch, {
      ...{ x, target, weights, noise: this.#noise(batch) },
      ...(this.options.codeNoise > 0 && { codeNoise: this.#noise(batch) }),
      classes: classCodes(labels),
      pairs: pairWeights(this.options.noiseOf === 'class' ? labels : new Int32Array(batch), weights),
    });
    return loss?.[0] ?? NaN;
  }

  meet(classes: Iterable<number>): void {
    this.#classes = [...this.#classes, ...unmetClasses(this.#classes, classes)];
  }

  freeze(): Variables {
    const frozen = this.trainer.variables.clone(this.trainer.parameterNames);
    this.#classesOf.set(frozen, this.#classes);
    return frozen;
  }

  with(parameters: Variables): Autoencoding {
    const { latent } = this.options;
    return {
      ...this.#functions.with(parameters),
      seeds: (count, random) => noiseOfClasses(this.#classesOf.get(parameters) ?? this.#classes, latent, count, random),
    };
  }

  decoder(): TrainedFunction {
    const { latent } = this.options;
    const classes = this.#classes;
    const parameters = Object.entries(this.trainer.parameters()).filter(([name]) => name.startsWith('decoder/'));
    const book = g.constant(classCodes(classes), [classes.length, classCodeWidth]);
    return {
      name: 'decoder',
      summary: "The memory's decoder: turns noise into samples of the class that it is told.",
      inputs: {
        code: 'Codes, one a row: draws from N(0, I).',
        class: 'A column for each class: 1 for the one that the sample is to be of, 0 for the others.',
      },
      outputs: { sample: 'Samples, one a row, values in (0, 1).' },
      classes,
      parameters: Object.fromEntries(parameters),
      graph: (rows) => {
        const told = g.matMul(g.feed('class', [rows, classes.length]), book);
        const code = g.concat([g.feed('code', [rows, latent]), told], 1);
        return { sample: g.sigmoid(infer(this.#decoder, code)) };
      },
    };
  }

  save(): Snapshot {
    return combine({ classes: { json: { classes: this.#classes }, tensors: {} }, network: this.trainer.save() });
  }

  /** @throws bad-checkpoint where the classes or the parameters are missing */
  restore(snapshot: Snapshot): void {
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

  #noise(batch: number): Float32Array {
    const noise = new Float32Array(batch * this.options.latent);
    this.random.fillNormal(noise);
    return noise;
  }

  #objective(batch: number): Objective {
    const { width, latent, noiseWeight, codeNoise } = this.options;
    const [weights, classes] = [g.feed('weights', [batch]), g.feed('classes', [batch, classCodeWidth])];
    const encoded = forward(this.#encoder, g.feed('x', [batch, width]), 'training').output;
    const mean = g.slice(encoded, [0, 0], [batch, latent]);
    const blur = (): GraphNode => g.mul(g.feed('codeNoise', [batch, latent]), g.constant(codeNoise));
    const z = codeNoise > 0 ? g.add(mean, blur()) : mean;
    const guess = g.slice(encoded, [0, latent], [batch, classCodeWidth]);
    const logits = forward(this.#decoder, g.concat([z, classes], 1), 'training').output;
    const rebuilt = rowSums(binaryCrossEntropyWithLogits(logits, g.feed('target', [batch, width])));
    const rows: GraphNode = g.add(rebuilt, rowSums(squaredError(guess, classes)));
    const distance = distanceFromNoise(z, g.feed('noise', [batch, latent]), weights, g.feed('pairs', [batch, batch]));
    return { loss: g.add(weightedTotal(rows, weights), g.mul(distance, g.constant(noiseWeight))) };
  }
}
