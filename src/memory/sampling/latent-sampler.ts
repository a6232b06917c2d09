import { ReverieError } from '../../core/errors.js';
import type { RandomStream } from '../../core/random.js';
import type { Autoencoding, Sampler } from '../../core/sampler.js';
import { isRecord, type Json, type Snapshot } from '../../core/snapshot.js';
import type { Tensor } from '../../core/tensor.js';
import { rowsByLabel } from '../rows-by-label.js';
import { drawGaussian, fitGaussian, type Covariance, type Gaussian } from './gaussian.js';
import { kMeans } from './k-means.js';
import { walk } from './walk.js';

export interface LatentSamplerOptions {
  /** Gaussians per class, at least 1; fewer where a class has too few codes to tell their shapes. */
  readonly components: number;
  readonly covariance: Covariance;
  /** Jumps after decoding; 0 takes the decoded codes as they are. */
  readonly reinjections: number;
  /** λ ≥ 0: noise variance per jump. */
  readonly lambda: number;
}

interface Component extends Gaussian {
  /** Share of the class, in (0, 1]; a class's shares sum to 1. */
  readonly share: number;
}

/** Codes a Gaussian needs at least, for each dimension: with fewer its covariance is mostly chance. */
const codesPerDimension = 4;

/**
 * Walks seeded in latent space: a class is picked in turn, a code drawn from that class's mixture of Gaussians, decoded,
 * and walked upon. The mixtures are fitted to the encoder's codes after each task; they are all that is kept, and they
 * are statistics, not samples.
 */
export class LatentSampler implements Sampler {
  readonly keepsStatistics = true;
  #mixtures = new Map<number, readonly Component[]>();

  constructor(private readonly options: LatentSamplerOptions) {}

  fit(codes: Float32Array, labels: Int32Array, codeWidth: number, random: RandomStream): void {
    const { components, covariance } = this.options;
    // Ascending, as JSON keeps integer keys: a restored sampler must go through the classes in the same order.
    const ascending = [...rowsByLabel(labels)].sort(([a], [b]) => a - b);
    this.#mixtures = new Map(
      ascending.map(([label, rows]) => {
        const affordable = Math.floor(rows.length / (codesPerDimension * codeWidth));
        const clusters = kMeans(codes, rows, codeWidth, Math.max(1, Math.min(components, affordable)), random);
        const mixture = clusters.map((cluster) => ({
          ...fitGaussian(codes, cluster, codeWidth, covariance),
          share: cluster.length / rows.length,
        }));
        return [label, mixture];
      }),
    );
  }

  async sample(autoencoder: Autoencoding, _judge: unknown, count: number, random: RandomStream): Promise<Float32Array> {
    let x: Float32Array = new Float32Array();
    for await (const rows of this.walks(autoencoder, count, random)) x = rows;
    return x;
  }

  async *walks(
    autoencoder: Autoencoding,
    count: number,
    random: RandomStream,
  ): AsyncGenerator<Float32Array, void, undefined> {
    const { reinjections, lambda } = this.options;
    const start = await autoencoder.decode(this.#drawCodes(autoencoder.codeWidth, count, random), count);
    yield start;
    yield* walk(autoencoder, start, count, { jumps: reinjections, lambda }, random);
  }

  save(): Snapshot {
    const json: Record<string, Json> = {};
    const tensors: Record<string, Tensor> = {};
    for (const [label, mixture] of this.#mixtures) {
      json[label] = mixture.map(({ share }) => share);
      mixture.forEach(({ mean, factor }, i) => {
        tensors[`${label}/${i}/mean`] = { shape: [mean.length], data: mean };
        tensors[`${label}/${i}/factor`] = { shape: [factor.length], data: factor };
      });
    }
    return { json, tensors };
  }

  restore({ json, tensors }: Snapshot): void {
    if (!isRecord(json)) throw damaged('no classes');
    this.#mixtures = new Map(
      Object.entries(json).map(([label, shares]) => {
        if (!Array.isArray(shares)) throw damaged(`no shares for class ${label}`);
        const mixture = shares.map((share: Json, i): Component => {
          const mean = tensors[`${label}/${i}/mean`]?.data;
          const factor = tensors[`${label}/${i}/factor`]?.data;
          if (typeof share !== 'number' || mean === undefined || factor === undefined) {
            throw damaged(`component ${i} of class ${label} is incomplete`);
          }
          return { share, mean, factor };
        });
        return [Number(label), mixture];
      }),
    );
  }

  /** Class after class in a random order, so that every class has ⌊count / classes⌋ codes or one more. */
  #drawCodes(codeWidth: number, count: number, random: RandomStream): Float32Array {
    const mixtures = [...this.#mixtures.values()];
    if (mixtures.length === 0) throw new Error('the latent sampler has been fitted to no codes');
    const order = random.permutation(mixtures.length);
    const codes = new Float32Array(count * codeWidth);
    const noise = new Float32Array(codeWidth);
    for (let i = 0; i < count; i++) {
      const mixture = mixtures[order[i % order.length] ?? 0] ?? [];
      const component = pick(mixture, random);
      if (component !== undefined) drawGaussian(component, random, noise, codes, i * codeWidth);
    }
    return codes;
  }
}

function pick(mixture: readonly Component[], random: RandomStream): Component | undefined {
  let threshold = random.uniform();
  for (const component of mixture) {
    threshold -= component.share;
    if (threshold < 0) return component;
  }
  return mixture[mixture.length - 1];
}

function damaged(what: string): ReverieError {
  return new ReverieError('bad-checkpoint', `the saved statistics of the latent sampler are damaged: ${what}`);
}
