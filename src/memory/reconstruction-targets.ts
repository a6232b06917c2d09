import type { MemoryBatch } from '../core/memory.js';

/**
 * What an autoencoder is to make of each row of a batch: what the row that the encoder picked for it is worth, which is
 * that sample, or for a dream that came with a target of its own, that target.
 *
 * @param rows the row picked for each
 */
export function reconstructionTargets(batch: MemoryBatch, rows: Uint32Array): Float32Array {
  const own = ownTargets(batch);
  if (rows.every((row, i) => row === i)) return own;
  const width = own.length / batch.count;
  const out = new Float32Array(own.length);
  rows.forEach((row, i) => {
    out.set(own.subarray(row * width, (row + 1) * width), i * width);
  });
  return out;
}

function ownTargets({ count, features, dreams }: MemoryBatch): Float32Array {
  if (dreams?.targets === undefined) return features;
  const targets = features.slice();
  targets.set(dreams.targets, (count - dreams.count) * (features.length / count));
  return targets;
}
