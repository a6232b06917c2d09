import { rowRange, type Samples } from '../core/dataset.js';
import type { FrozenAutoencoder } from '../core/sampler.js';
import { squaredDistance } from '../metrics/distances.js';

/** Rows that go through at once: bounds the memory that it takes, whatever the samples. */
const chunk = 1024;

/**
 * How far what an autoencoder makes of each sample is from it: (1/d)·Σᵢ (xᵢ − x̂ᵢ)² over its d values, ≥ 0. What an anomaly
 * is recognised by (study guide of autoencoders, 1.9.2).
 *
 * @param targets the row that each is compared with; itself if not given
 */
export async function reconstructionErrors(
  autoencoder: Pick<FrozenAutoencoder, 'reconstruct'>,
  samples: Samples,
  targets: Uint32Array = rowRange(0, samples.size),
): Promise<Float32Array> {
  const { size, width } = samples;
  const errors = new Float32Array(size);
  const [features, wanted] = [new Float32Array(chunk * width), new Float32Array(chunk * width)];
  for (let from = 0; from < size; from += chunk) {
    const count = Math.min(chunk, size - from);
    samples.copyRows(rowRange(from, from + count), features);
    samples.copyRows(targets.subarray(from, from + count), wanted);
    const rebuilt = await autoencoder.reconstruct(features, count);
    for (let i = 0; i < count; i++) errors[from + i] = squaredDistance(rebuilt, i, wanted, i, width) / width;
  }
  return errors;
}
