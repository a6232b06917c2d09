import { ReverieError } from '../../core/errors.js';
import type { RandomStream } from '../../core/random.js';
import type { FrozenAutoencoder, TaskEndContext } from '../../core/sampler.js';
import { isRecord, type Snapshot, type Json } from '../../core/snapshot.js';
import type { Tensor } from '../../core/tensor.js';
import { drawGaussian, factorLength, fitGaussian, noiseLength, type Covariance, type Gaussian } from './gaussian.js';
import { kMeans } from './k-means.js';
import { labelsOf, rowsByLabel } from '../../core/dataset.js';

/** Where walks begin: the part of a sampler that is easiest to write anew. Only `start` is needed. */
export interface WalkStart {
  /**
   * x₀ of `count` walks: `count` rows of `width` values, an array that nobody else writes to.
   *
   * @param autoencoder the one that is walked upon, for starts that come from codes
   */
  start(
    count: number,
    width: number,
    random: RandomStream,
    autoencoder: FrozenAutoencoder,
  ): Float32Array | Promise<Float32Array>;

  /** Takes statistics from codes of what is known, as {@link import('../../../core/sampler.js').Sampler.fit} does. */
  fit?(codes: Float32Array, labels: Int32Array, codeWidth: number, random: RandomStream): void;
  /** Looks at the end of a task. */
  consolidate?(context: TaskEndContext, random: RandomStream): Promise<void> | void;
  /** @throws bad-scenario where it does not suit this autoencoder */
  check?(autoencoder: Pick<FrozenAutoencoder, 'width' | 'codeWidth' | 'samplePrior'>): void;
  /** Real samples that it keeps. */
  storedSamples?(): number;
  /** What it keeps, where it keeps anything. */
  save?(): Snapshot;
  restore?(snapshot: Snapshot): void;
}

/** x₀ ~ N(0, I): "a good prior when no information is available" (Solinas et al. 2020, section IV-B). */
export function normalStart(): WalkStart {
  return {
    start: (count, width, random) => {
      const x = new Float32Array(count * width);
      random.fillNormal(x);
      return x;
    },
  };
}

/** x₀ uniform in [0, 1], each value by itself: the range that samples are scaled to. */
export function uniformStart(): WalkStart {
  return {
    start: (count, width, random) => {
      const x = new Float32Array(count * width);
      for (let i = 0; i < x.length; i++) x[i] = random.uniform();
      return x;
    },
  };
}

/** x₀ = D(z), z drawn from the latent prior of the memory. Nothing is kept for it, not even statistics. */
export function priorStart(): WalkStart {
  return {
    check: ({ samplePrior }) => {
      if (samplePrior !== undefined) return;
      throw new ReverieError(
        'bad-scenario',
        'memory.sampler: "prior" needs a memory that makes codes of noise, and this one does not; give memory "autoencoder" ' +
          'its option "flow", take memory "conditional" or "variational", or sampler "latent" or "noise"',
      );
    },
    start: async (count, _width, random, autoencoder) => {
      const codes = await autoencoder.samplePrior?.(count, random);
      if (codes === undefined) throw new Error('a walk was to start from the prior of an autoencoder that has none');
      return autoencoder.decode(codes, count);
    },
  };
}

export interface LatentStartOptions {
  /** Gaussians per class, at least 1; fewer where a class has too few codes for their shapes. */
  readonly components: number;
  readonly covariance: Covariance;
}

interface Component extends Gaussian {
  /** Share of the class, in (0, 1]; a class's shares sum to 1. */
  readonly share: number;
}

/** Bytes of what is kept of a class, and of what it takes to fit one Gaussian. */
const mostBytes = { kept: 2 ** 26, fitting: 2 ** 29 };

/**
 * The Gaussians of a class take 4 bytes for each value of their means and factors, and while one is fitted all of its covariance
 * is there in double precision, unless it is diagonal.
 *
 * @throws ReverieError `bad-scenario` where that is more than {@link mostBytes}
 */
function checkBytes(codeWidth: number, { components, covariance }: LatentStartOptions): void {
  const kept = 4 * components * (codeWidth + factorLength(codeWidth, covariance));
  const fitting = covariance.kind === 'diagonal' ? 0 : 8 * factorLength(codeWidth, { kind: 'full' });
  if (kept <= mostBytes.kept && fitting <= mostBytes.fitting) return;
  throw new ReverieError(
    'bad-scenario',
    `memory.sampler: for codes of ${codeWidth} values ${components} Gaussian${components === 1 ? '' : 's'} of covariance "${covariance.kind}" ` +
      `take ${mebibytes(kept)} MiB for each class, and ${mebibytes(fitting)} MiB while one is fitted; expected at most ` +
      `${mebibytes(mostBytes.kept)} and ${mebibytes(mostBytes.fitting)} MiB; take covariance "low-rank" or "diagonal", or a smaller "latent" of the memory`,
  );
}

function mebibytes(bytes: number): string {
  return Math.ceil(bytes / 2 ** 20).toLocaleString('en');
}

/** Codes a Gaussian needs at least, for each dimension: with fewer its covariance is mostly chance. */
const codesPerDimension = 4;

/**
 * x₀ from latent space: a class in turn, a code drawn from its mixture of Gaussians, decoded. The mixtures are fitted
 * to the encoder's codes after each task: statistics, not samples.
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
    checkBytes(codeWidth, this.options);
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

/**
 * x₀ from a small buffer of real samples, the same number of each class: combined replay, not free of exemplars, which
 * {@link storedSamples} and the bytes of {@link save} report.
 */
export class BufferStart implements WalkStart {
  /** Rows of each class. */
  #buffer = new Map<number, Float32Array>();
  #width = 0;

  /** @param perClass real samples to keep of each class, at least 1; of a class with fewer all are kept */
  constructor(private readonly perClass: number) {}

  /** Class after class in a random order, and of each class a random sample. */
  start(count: number, width: number, random: RandomStream): Float32Array {
    const classes = [...this.#buffer.values()];
    if (classes.length === 0) throw new Error('walks from a buffer were asked for before it held any sample');
    const order = random.permutation(classes.length);
    const x = new Float32Array(count * width);
    for (let i = 0; i < count; i++) {
      const rows = classes[order[i % order.length] ?? 0] ?? new Float32Array();
      const row = random.integer(rows.length / width);
      x.set(rows.subarray(row * width, (row + 1) * width), i * width);
    }
    return x;
  }

  /** Picks samples of each class of the task at random; those of a class that it had already are replaced. */
  consolidate({ train }: Pick<TaskEndContext, 'train'>, random: RandomStream): void {
    const labels = labelsOf(train);
    this.#width = train.width;
    for (const [label, rows] of rowsByLabel(labels)) {
      const chosen = [...random.permutation(rows.length).subarray(0, this.perClass)].map((i) => rows[i] ?? 0);
      const kept = new Float32Array(chosen.length * train.width);
      train.copyRows(chosen, kept);
      this.#buffer.set(label, kept);
    }
    // Ascending, as JSON keeps integer keys: a restored buffer must be gone through in the same order.
    this.#buffer = new Map([...this.#buffer].sort(([a], [b]) => a - b));
  }

  storedSamples(): number {
    return [...this.#buffer.values()].reduce((total, rows) => total + rows.length / this.#width, 0);
  }

  save(): Snapshot {
    const width = this.#width;
    const tensors = [...this.#buffer].map(([label, rows]) => [
      String(label),
      { shape: [rows.length / width, width], data: rows },
    ]);
    return { json: { width }, tensors: Object.fromEntries(tensors) as Snapshot['tensors'] };
  }

  restore({ json, tensors }: Snapshot): void {
    const width = isRecord(json) ? json['width'] : undefined;
    const whole = Object.values(tensors).every(({ shape: [rows, each] }) => each === width && rows !== 0);
    if (typeof width !== 'number' || !whole)
      throw new ReverieError('bad-checkpoint', 'the saved buffer of real samples is damaged: rows of different widths');
    this.#width = width;
    this.#buffer = new Map(Object.entries(tensors).map(([label, { data }]) => [Number(label), data]));
  }
}
