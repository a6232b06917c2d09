import type { Samples } from '../../core/dataset.js';
import type { RandomStream } from '../../core/random.js';
import type { FrozenAutoencoder } from '../../core/sampler.js';
import { arraySamples } from '../../core/array-samples.js';
import type { ClassGaussians } from './class-gaussians.js';

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
