import type { Samples } from '../../core/dataset.js';
import type { RandomStream } from '../../core/random.js';
import type { MemoryNetwork } from '../../memory/autoencoders/memory-network.js';
import { encodeAll } from '../../representation/code-set.js';
import type { EncoderSetup } from './encoder-setup.js';
import type { SeedSamples } from './study-samples.js';

type Encoding = Pick<MemoryNetwork, 'trainer' | 'with'>;

/** Keeps the codes of the samples that were learnt and of those that were measured on, and the classes of both. */
export async function keepCodes(
  { keep }: Pick<EncoderSetup, 'keep'>,
  cell: string,
  network: Encoding,
  { train, measured }: SeedSamples,
): Promise<void> {
  for (const [part, samples] of [
    ['train', train],
    ['test', measured],
  ] as const) {
    const { codes, labels, width } = await encodeAll(network, samples);
    await keep({ cell, what: `${part}-codes`, values: codes, shape: [labels.length, width] });
    await keep({ cell, what: `${part}-labels`, values: labels, shape: [labels.length] });
  }
}

/** Keeps two-dimensional maps of the codes of samples, and the classes of the points; ends with `signal`'s reason. */
export async function keepMaps(
  { keep, maps, parts }: Pick<EncoderSetup, 'keep' | 'maps' | 'parts'>,
  cell: string,
  network: Encoding,
  samples: Samples,
  random: RandomStream,
  signal: AbortSignal,
): Promise<void> {
  if (maps.length === 0) return;
  const set = await encodeAll(network, samples);
  for (const kind of maps) {
    const { points, rows } = await parts.map(set, { kind, random, signal });
    await keep({ cell, what: `${kind}-map`, values: points, shape: [rows.length, 2] });
    const labels = Int32Array.from(rows, (row) => set.labels[row] ?? -1);
    await keep({ cell, what: `${kind}-map-labels`, values: labels, shape: [rows.length] });
  }
}
