import type { Samples } from '../core/dataset.js';
import type { Dreams } from '../core/memory.js';
import type { ClassifierBatch } from './classifier.js';
import { writeSoftLabels } from './distillation.js';
import { setOneHot } from './real-batch.js';
import type { ArrayOf } from './reused-array.js';
import { rehearsalWeights } from './rehearsal-weights.js';

/**
 * New samples first, dreams behind them, as one batch for the classifier, weighted by {@link rehearsalWeights}.
 *
 * The replay term is T² times the cross-entropy with the teacher's soft labels at temperature T, so that its gradient
 * keeps its size as T changes (Hinton et al. 2015).
 *
 * @param dreams undefined at the first task, where everything is new
 * @param classes the classifier's; the teacher's are its first ones
 * @param featuresOf gives the array for the features
 */
export function mixedBatch(
  samples: Samples,
  rows: Uint32Array,
  dreams: Dreams | undefined,
  classes: readonly number[],
  task: number,
  temperature: number,
  featuresOf: ArrayOf,
): ClassifierBatch {
  const fresh = rows.length;
  const dreamt = dreams?.count ?? 0;
  const count = fresh + dreamt;
  const features = featuresOf(count * samples.width);
  samples.copyRows(rows, features);
  const targets = new Float32Array(count * classes.length);
  setOneHot(targets, samples, rows, classes);
  const weights = rehearsalWeights(fresh, dreamt, task);
  const inverseTemperatures = new Float32Array(count).fill(1);
  if (dreams !== undefined) {
    features.set(dreams.features, fresh * samples.width);
    writeSoftLabels(dreams.logits, dreamt, dreams.classes.length, temperature, targets, classes.length, fresh);
    for (let row = fresh; row < count; row++) weights[row] = (weights[row] ?? 0) * temperature ** 2;
    inverseTemperatures.fill(1 / temperature, fresh);
  }
  return { count, features, targets, weights, inverseTemperatures };
}
