import { ReverieError } from '../../core/errors.js';
import type { RandomStream } from '../../core/random.js';
import { drawGaussian, fitGaussian, noiseLength, type Gaussian } from '../../memory/sampling/gaussian.js';
import { rowsByLabel } from '../../memory/rows-by-label.js';
import type { CodeSet } from '../code-set.js';

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
