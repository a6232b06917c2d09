import { ReverieError } from '../../../core/errors.js';
import type { RandomStream } from '../../../core/random.js';
import type { FrozenAutoencoder } from '../../../core/sampler.js';
import { isRecord, type Json, type Snapshot } from '../../../core/snapshot.js';
import type { Tensor } from '../../../core/tensor.js';
import { rowsByLabel } from '../../rows-by-label.js';
import { drawGaussian, fitGaussian, noiseLength, type Covariance, type Gaussian } from '../gaussian.js';
import { kMeans } from '../k-means.js';
import type { WalkStart } from './walk-start.js';

export interface LatentStartOptions {
  /** Gaussians per class, at least 1; fewer where a class has too few codes for their shapes. */
  readonly components: number;
  readonly covariance: Covariance;
}

interface Component extends Gaussian {
  /** Share of the class, in (0, 1]; a class's shares sum to 1. */
  readonly share: number;
}

/** Codes a Gaussian needs at least, for each dimension: with fewer its covariance is mostly chance. */
const codesPerDimension = 4;

/**
 * x₀ from latent space: a class is picked in turn, a code drawn from that class's mixture of Gaussians, and decoded. The
 * mixtures are fitted to the encoder's codes after each task; they are all that is kept, and they are statistics, not
 * samples.
 */
export class LatentStart implements WalkStart {
  #mixtures = new Map<number, readonly Component[]>();

  constructor(private readonly options: LatentStartOptions) {}

  check({ codeWidth }: Pick<FrozenAutoencoder, 'codeWidth'>): void {
    const { covariance } = this.options;
    if (covariance.kind === 'low-rank' && covariance.rank >= codeWidth) {
      throw new ReverieError(
        'bad-scenario',
        `memory.sampler: a covariance of rank ${covariance.rank} is not low for codes of ${codeWidth} values; give ` +
          '"rank" less than "latent" of the memory, or take covariance "full"',
      );
    }
  }

  fit(codes: Float32Array, labels: Int32Array, codeWidth: number, random: RandomStream): void {
    const { components, covariance } = this.options;
    // Ascending, as JSON keeps integer keys: a restored sampler must go through the classes in the same order.
    const ascending = [...rowsByLabel(labels)].sort(([a], [b]) => a - b);
    this.#mixtures = new Map(
      ascending.map(([label, rows]) => {
        const affordable = Math.floor(rows.length / (codesPerDimension * codeWidth));
        const clusters = kMeans(codes, rows, codeWidth, Math.max(1, Math.min(components, affordable)), random);
        const mixture = clusters.map((cluster) => ({
          ...fitGaussian(codes, cluster, codeWidth, covariance, random),
          share: cluster.length / rows.length,
        }));
        return [label, mixture];
      }),
    );
  }

  start(count: number, _width: number, random: RandomStream, autoencoder: FrozenAutoencoder): Promise<Float32Array> {
    return autoencoder.decode(this.#drawCodes(autoencoder.codeWidth, count, random), count);
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
    const { covariance } = this.options;
    const noise = new Float32Array(noiseLength(codeWidth, covariance));
    for (let i = 0; i < count; i++) {
      const mixture = mixtures[order[i % order.length] ?? 0] ?? [];
      const component = pick(mixture, random);
      if (component !== undefined) drawGaussian(component, covariance, random, noise, codes, i * codeWidth);
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
