import type { RandomStream } from '../../core/random.js';
import type { FrozenAutoencoder, LabelledCodes } from '../../core/sampler.js';
import { joined } from '../../core/tensor.js';
import { ClassGaussians } from './class-gaussians.js';
import { axesByDeviation, interpolated, traversed } from './latent-paths.js';

/** Samples to look at, line by line. */
export interface View {
  /** Rows of samples, one line after the other. */
  readonly features: Float32Array;
  /** Samples per line. */
  readonly columns: number;
  /** What lines and columns show, in one sentence. */
  readonly legend: string;
}

/** Samples, and what of them is known. */
export interface KnownSamples extends LabelledCodes {
  /** Rows of samples, in the order of the codes. */
  readonly features: Float32Array;
}

/** Deviations, either way, that a traversal goes from the mean. */
const reach = 2;

/**
 * What lies between samples: each line is of two that follow each other, with what is decoded of `steps` codes on the
 * straight line between theirs.
 *
 * @param lines at most half as many as there are samples
 */
export async function viewBetween(
  autoencoder: FrozenAutoencoder,
  { features, codes }: KnownSamples,
  lines: number,
  steps: number,
): Promise<View> {
  const { width, codeWidth } = autoencoder;
  const row = (of: Float32Array, at: number, length: number): Float32Array =>
    of.subarray(at * length, (at + 1) * length);
  const drawn: Float32Array[] = [];
  for (let line = 0; line < lines; line++) {
    const [from, to] = [2 * line, 2 * line + 1];
    const path = interpolated(row(codes, from, codeWidth), row(codes, to, codeWidth), steps);
    drawn.push(row(features, from, width), await autoencoder.decode(path, steps), row(features, to, width));
  }
  const legend = 'first and last: two samples; between them: codes on the line from one to the other, decoded';
  return { features: joined(drawn), columns: steps + 2, legend };
}

/**
 * What values of a code mean: each line changes one of them in the code of the first sample, from two deviations below its
 * mean to two above, those first that differ most from sample to sample.
 *
 * @param lines those beyond the width of a code are left out
 */
export async function viewTraversals(
  autoencoder: FrozenAutoencoder,
  { codes }: KnownSamples,
  lines: number,
  steps: number,
): Promise<View> {
  const { codeWidth } = autoencoder;
  const axes = axesByDeviation(codes, codeWidth).slice(0, lines);
  const paths = axes.map(({ axis, mean, deviation }) => {
    const values = Array.from({ length: steps }, (_, i) => mean + deviation * reach * (2 * (i / (steps - 1)) - 1));
    return traversed(codes.subarray(0, codeWidth), axis, values);
  });
  const features = await autoencoder.decode(joined(paths), axes.length * steps);
  const which = axes.map(({ axis }) => axis).join(', ');
  const legend = `rows: values ${which} of a code; columns: from ${reach} deviations below the mean to ${reach} above`;
  return { features, columns: steps, legend };
}

/**
 * What comes of noise: decoded seeds where the autoencoder knows which noise its codes are like, else draws from the
 * Gaussian over the codes of each class, a line each.
 *
 * @param lines for seeds; of classes there are as many lines as classes
 */
export async function viewOfNoise(
  autoencoder: FrozenAutoencoder,
  known: KnownSamples,
  lines: number,
  columns: number,
  random: RandomStream,
): Promise<View> {
  if (autoencoder.samplePrior !== undefined) {
    const seeds = await autoencoder.samplePrior(lines * columns, random);
    const features = await autoencoder.decode(seeds, lines * columns);
    return { features, columns, legend: "decoded from noise, as the memory's own codes are like" };
  }
  const gaussians = new ClassGaussians({ ...known, width: autoencoder.codeWidth }, random);
  const { classes } = gaussians;
  const codes = joined(classes.map((label) => gaussians.draw(label, columns, random)));
  const features = await autoencoder.decode(codes, classes.length * columns);
  const legend = `rows: classes ${classes.join(', ')}; columns: draws from the Gaussian over the codes of the class`;
  return { features, columns, legend };
}
