import { ReverieError } from '../../core/errors.js';
import type { RandomStream } from '../../core/random.js';
import { drawGaussian, fitGaussian, noiseLength, type Gaussian } from '../../memory/sampling/gaussian.js';
import type { CodeSet } from '../code-set.js';
import { rowsByLabel, type Samples } from '../../core/dataset.js';
import type { FrozenAutoencoder } from '../../core/sampler.js';
import { arraySamples } from '../../core/array-samples.js';

const full = { kind: 'full' } as const;

/**
 * Where the codes of each class lie, as a Gaussian with full covariance: a prior to draw codes from, for an autoencoder
 * that was not trained to have one. (One that was, like a VAE, draws its codes from N(0, I).)
 */
export class ClassGaussians {
  readonly #gaussians: ReadonlyMap<number, Gaussian>;
  readonly #width: number;

  /** @param set at least one code; a class of one code has a Gaussian that is hardly more than that point */
  constructor({ codes, labels, width }: CodeSet, random: RandomStream) {
    const rowsOf = [...rowsByLabel(labels)].sort(([a], [b]) => a - b);
    this.#width = width;
    this.#gaussians = new Map(rowsOf.map(([label, rows]) => [label, fitGaussian(codes, rows, width, full, random)]));
  }

  /** The classes it knows, ascending. */
  get classes(): readonly number[] {
    return [...this.#gaussians.keys()];
  }

  /**
   * `count` codes as those of a class are.
   *
   * @throws bad-usage for a class that no code was of
   */
  draw(label: number, count: number, random: RandomStream): Float32Array {
    const gaussian = this.#gaussians.get(label);
    if (gaussian === undefined) {
      throw new ReverieError(
        'bad-usage',
        `no code is known to be of class ${label}; known: ${this.classes.join(', ')}`,
      );
    }
    const codes = new Float32Array(count * this.#width);
    const noise = new Float32Array(noiseLength(this.#width, full));
    for (let i = 0; i < count; i++) drawGaussian(gaussian, full, random, noise, codes, i * this.#width);
    return codes;
  }
}

/**
 * Made-up samples of a class, decoded from codes like those of the class: to put next to the real ones where a class is
 * rare (study guide of autoencoders, 3.8.5).
 *
 * @returns `count` samples, all of class `label`
 * @throws bad-usage for a class that no code was of
 */
export async function synthesiseClass(
  autoencoder: Pick<FrozenAutoencoder, 'width' | 'decode'>,
  gaussians: ClassGaussians,
  label: number,
  count: number,
  random: RandomStream,
): Promise<Samples> {
  const features = await autoencoder.decode(gaussians.draw(label, count, random), count);
  return arraySamples({ features, labels: new Int32Array(count).fill(label), shape: [autoencoder.width] });
}
