import { Adam } from '../../engine/optimisers/adam.js';
import type { Engine, Feeds, Variables } from '../../engine/engine.js';
import type { GraphNode } from '../../engine/graph/node.js';
import { feed, sigmoid } from '../../engine/graph/ops.js';
import { rowSums, weightedTotal } from '../../engine/losses/rows.js';
import { binaryCrossEntropyWithLogits } from '../../engine/losses/values.js';
import type { Activation } from '../../engine/networks/activations.js';
import { denseNetwork } from '../../engine/networks/dense-network.js';
import { initial } from '../../engine/networks/initial.js';
import { forward, infer, variables, type Network } from '../../engine/networks/network.js';
import { Trainer } from '../../engine/training/trainer.js';
import type { RandomStream } from '../../core/random.js';
import type { Autoencoding } from '../../core/sampler.js';
import type { Snapshot } from '../../core/snapshot.js';
import type { TrainedFunction } from '../../core/trained-function.js';
import { CodeFunctions } from './code-functions.js';
import type { MemoryNetwork } from './memory-network.js';
import { gaussianNoise, noisyForward, saltAndPeppered, type Denoising } from './denoising.js';

export interface DenseAutoencoderOptions {
  /** Values per sample. */
  readonly width: number;
  /** Values per code: the bottleneck. Less than `width`, or nothing is lost and nothing can be dreamt. */
  readonly latent: number;
  /** Widths of the encoder's hidden layers; the decoder has them in reverse. */
  readonly hidden: readonly number[];
  /** Of the hidden layers. */
  readonly activation: Activation;
  /** Of the code; linear unless given. */
  readonly codeActivation?: Activation;
  readonly learningRate: number;
  /** What corrupts the input while it trains; nothing unless given. */
  readonly denoising?: Denoising;
}

/**
 * A fully connected lossy autoencoder for values in [0, 1]: logits out, binary cross-entropy summed over the values of a
 * row; plain, or denoising (section IV-D of Solinas et al. 2020). It holds working parameters, which train, and gives out
 * frozen copies, which dream and know no noise but the sampler's.
 */
export class DenseAutoencoder implements MemoryNetwork {
  readonly trainer: Trainer;
  readonly #functions: CodeFunctions;
  readonly #decoded: (code: GraphNode) => GraphNode;

  constructor(
    engine: Engine,
    private readonly options: DenseAutoencoderOptions,
    /** Draws the first parameters, then the noise of denoising. */
    private readonly random: RandomStream,
  ) {
    const { width, latent, hidden, activation, learningRate } = options;
    const encoder = encoderOf(options);
    const decoder = denseNetwork({ name: 'decoder', widths: [latent, ...[...hidden].reverse(), width], activation });
    this.#decoded = (code) => sigmoid(infer(decoder, code));
    const encode = (x: GraphNode): GraphNode => infer(encoder, x);
    this.#functions = new CodeFunctions(engine, { width, codeWidth: latent, encode, decode: this.#decoded });
    this.trainer = new Trainer({
      engine,
      parameters: { ...initial(encoder, random).trainable, ...initial(decoder, random).trainable },
      nodes: [...variables(encoder).trainable, ...variables(decoder).trainable],
      optimiser: new Adam({ learningRate }),
      // L = Σᵣ wᵣ Σᵢ BCE(target[r, i], AE(x)[r, i])
      objective: (batch) => {
        const x = feed('x', [batch, width]);
        const target = feed('target', [batch, width]);
        const weights = feed('weights', [batch]);
        const code =
          this.#deviation === 0
            ? forward(encoder, x, 'training').output
            : noisyForward(encoder, x, feed('noise', [batch, this.#firstUnits]));
        const logits = forward(decoder, code, 'training').output;
        return { loss: weightedTotal(rowSums(binaryCrossEntropyWithLogits(logits, target)), weights) };
      },
    });
  }

  /**
   * One optimiser step; gives the loss before it, in nats per row.
   *
   * @param x `batch` rows, without noise; @param target what to reconstruct for each; @param weights of the rows, summing
   * to 1
   */
  async train(batch: number, x: Float32Array, target: Float32Array, weights: Float32Array): Promise<number> {
    const { loss } = await this.trainer.step(batch, { ...this.#corrupted(batch, x), target, weights });
    return loss?.[0] ?? NaN;
  }

  /** A frozen copy of the parameters as they are now; the caller disposes it. */
  freeze(): Variables {
    return this.trainer.variables.clone(this.trainer.parameterNames);
  }

  /** The autoencoder with these parameters (its own working ones, or a frozen copy). */
  with(parameters: Variables): Autoencoding {
    return this.#functions.with(parameters);
  }

  /** The decoder with the working parameters, for use without reverie. */
  decoder(): TrainedFunction {
    const { latent } = this.options;
    const parameters = Object.entries(this.trainer.parameters()).filter(([name]) => name.startsWith('decoder/'));
    return {
      name: 'decoder',
      summary: "The memory's decoder: turns codes into samples like those that were learnt.",
      inputs: { code: 'Codes, one a row: points in the bottleneck of the autoencoder.' },
      outputs: { sample: 'Samples, one a row, values in (0, 1).' },
      parameters: Object.fromEntries(parameters),
      graph: (rows) => ({ sample: this.#decoded(feed('code', [rows, latent])) }),
    };
  }

  get #deviation(): number {
    return this.options.denoising?.gaussian ?? 0;
  }

  get #firstUnits(): number {
    return this.options.hidden[0] ?? this.options.latent;
  }

  #corrupted(batch: number, x: Float32Array): Feeds {
    const probability = this.options.denoising?.saltAndPepper ?? 0;
    return {
      x: probability === 0 ? x : saltAndPeppered(x, probability, this.random),
      ...(this.#deviation === 0
        ? {}
        : { noise: gaussianNoise(batch * this.#firstUnits, this.#deviation, this.random) }),
    };
  }

  save(): Snapshot {
    return this.trainer.save();
  }

  restore(snapshot: Snapshot): void {
    this.trainer.restore(snapshot);
  }

  dispose(): void {
    this.trainer.dispose();
    this.#functions.dispose();
  }
}

function encoderOf({ width, hidden, latent, activation, codeActivation = 'linear' }: DenseAutoencoderOptions): Network {
  const linear = denseNetwork({ name: 'encoder', widths: [width, ...hidden, latent], activation });
  if (codeActivation === 'linear') return linear;
  return { ...linear, layers: [...linear.layers, { kind: 'activation', activation: codeActivation }] };
}
