import { labelsOf, rowRange, type Samples } from '../core/dataset.js';
import type { MemoryNetwork } from '../memory/autoencoders/memory-network.js';
import { encodeSeen } from '../memory/seen-codes.js';

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
