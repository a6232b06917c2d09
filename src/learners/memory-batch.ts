import type { Samples } from '../core/dataset.js';
import { topClasses } from '../core/teacher.js';
import type { Dreams, MemoryBatch } from '../core/memory.js';
import { rehearsalWeights, type ArrayOf } from './batches.js';

/**
 * A batch for the memory from the rows and dreams of a step: the first `share` of each, rounded up, new ones first.
 *
 * @param newShare in (0, 1], of the new rows in the loss
 * @param share in (0, 1]
 * @param featuresOf gives the array for the features
 */
export function memoryBatch(
  samples: Samples,
  rows: Uint32Array,
  dreams: Dreams | undefined,
  newShare: number,
  share: number,
  featuresOf: ArrayOf,
): MemoryBatch {
  const { width } = samples;
  const own = rows.subarray(0, Math.ceil(share * rows.length));
  const dreamt = Math.ceil(share * (dreams?.count ?? 0));
  const count = own.length + dreamt;
  const features = featuresOf(count * width);
  samples.copyRows(own, features);
  const labels = new Int32Array(count);
  own.forEach((row, i) => (labels[i] = samples.label(row)));
  if (dreams !== undefined) {
    features.set(dreams.features.subarray(0, dreamt * width), own.length * width);
    labels.set(topClasses(dreams.logits, dreams.classes, dreamt), own.length);
  }
  const batch = { count, features, labels, weights: rehearsalWeights(own.length, dreamt, newShare), samples };
  return dreams === undefined ? batch : { ...batch, dreams: firstOf(dreams, dreamt, width) };
}

/** What is known of the first `count` dreams. */
function firstOf(
  { logits, classes, targets }: Dreams,
  count: number,
  width: number,
): NonNullable<MemoryBatch['dreams']> {
  const first = { count, classes, logits: logits.subarray(0, count * classes.length) };
  return targets === undefined ? first : { ...first, targets: targets.subarray(0, count * width) };
}
