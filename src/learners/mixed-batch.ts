import type { Samples } from '../core/dataset.js';
import type { Dreams, MemoryBatch } from '../core/memory.js';
import { firstChoices } from '../core/labeller.js';
import type { ClassifierBatch } from './classifier.js';
import { writeSoftLabels } from './distillation.js';
import { setOneHot } from './real-batch.js';

/**
 * New samples first, dreams behind them, as one batch for the classifier and one for the memory.
 *
 * The loss at task t is (1/t)·new + (1 − 1/t)·replay, each a mean over its rows (van de Ven & Tolias 2018), for both.
 * The classifier's replay term is T² times the cross-entropy with the teacher's soft labels at temperature T, so that
 * its gradient keeps its size as T changes (Hinton et al. 2015).
 *
 * @param dreams undefined at the first task, where everything is new
 * @param classes the classifier's; the teacher's are its first ones
 */
export function mixedBatch(
  samples: Samples,
  rows: Uint32Array,
  dreams: Dreams | undefined,
  classes: readonly number[],
  task: number,
  temperature: number,
): { readonly classifierBatch: ClassifierBatch; readonly memoryBatch: MemoryBatch } {
  const fresh = rows.length;
  const dreamt = dreams?.count ?? 0;
  const count = fresh + dreamt;
  const features = new Float32Array(count * samples.width);
  samples.copyRows(rows, features);
  const targets = new Float32Array(count * classes.length);
  setOneHot(targets, samples, rows, classes);
  const labels = new Int32Array(count);
  rows.forEach((row, i) => (labels[i] = samples.label(row)));
  const newShare = dreams === undefined ? 1 : 1 / task;
  const memoryWeights = new Float32Array(count).fill(newShare / fresh, 0, fresh);
  const weights = memoryWeights.slice();
  const inverseTemperatures = new Float32Array(count).fill(1);
  if (dreams !== undefined) {
    const known = dreams.classes.length;
    features.set(dreams.features, fresh * samples.width);
    writeSoftLabels(dreams.logits, dreamt, known, temperature, targets, classes.length, fresh);
    labels.set(firstChoices(dreams.logits, dreams.classes, dreamt), fresh);
    memoryWeights.fill((1 - newShare) / dreamt, fresh);
    weights.fill(((1 - newShare) / dreamt) * temperature ** 2, fresh);
    inverseTemperatures.fill(1 / temperature, fresh);
  }
  return {
    classifierBatch: { count, features, targets, weights, inverseTemperatures },
    memoryBatch: { count, features, labels, weights: memoryWeights },
  };
}
