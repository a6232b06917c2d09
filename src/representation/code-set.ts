import { labelsOf, rowRange, type Samples } from '../core/dataset.js';
import type { MemoryNetwork } from '../memory/autoencoders/memory-network.js';
import { encodeSeen } from '../memory/labelled-rows.js';
import type { FrozenAutoencoder } from '../core/sampler.js';
import { squaredDistance } from '../metrics/distances.js';

/** Codes of samples and the class of each: what a probe is fitted to and measured on. */
export interface CodeSet {
  /** One row of {@link width} values for each label. */
  readonly codes: Float32Array;
  readonly labels: Int32Array;
  /** Values per code, at least 1. */
  readonly width: number;
}

/** The codes of all samples, in their order, by the network as it is now. */
export async function encodeAll(network: Pick<MemoryNetwork, 'trainer' | 'with'>, samples: Samples): Promise<CodeSet> {
  const autoencoder = network.with(network.trainer.variables);
  const nothingDreamt = (): Promise<undefined> => Promise.resolve(undefined);
  const known = await encodeSeen(autoencoder, samples, rowRange(0, samples.size), 0, nothingDreamt);
  return { ...known, width: autoencoder.codeWidth };
}

/** The samples themselves as codes, in their order: what a probe on codes is compared with. */
export function samplesAsCodes(samples: Samples): CodeSet {
  const { size, width } = samples;
  const codes = new Float32Array(size * width);
  samples.copyRows(rowRange(0, size), codes);
  return { codes, labels: labelsOf(samples), width };
}

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
