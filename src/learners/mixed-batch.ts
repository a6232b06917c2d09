import type { Samples } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import type { Dreams } from '../core/memory.js';
import type { ClassifierBatch } from './classifier.js';
import { dreamTargets, dreamTemperature, dreamWeight, type Distillation } from './distillation.js';
import { setOneHot } from './real-batch.js';
import type { ArrayOf } from './reused-array.js';
import { rehearsalWeights } from './rehearsal-weights.js';

/**
 * New samples first, dreams behind them, as one batch for the classifier, weighted by {@link rehearsalWeights}.
 *
 * Dreams have targets by {@link dreamTargets}, with zeros for the classes that their teacher does not know. The replay
 * term is the loss at temperature T times {@link dreamWeight}.
 *
 * @param dreams undefined at the first task, where everything is new
 * @param classes the classifier's, among them all that the dreams' teacher knows
 * @param featuresOf gives the array for the features
 * @throws learner-failed where the teacher knows a class that the classifier does not
 */
export function mixedBatch(
  samples: Samples,
  rows: Uint32Array,
  dreams: Dreams | undefined,
  classes: readonly number[],
  task: number,
  distillation: Distillation,
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
    const temperature = dreamTemperature(distillation);
    features.set(dreams.features, fresh * samples.width);
    spread(dreamTargets(dreams, distillation), dreams.classes, targets.subarray(fresh * classes.length), classes);
    const factor = dreamWeight(distillation);
    for (let row = fresh; row < count; row++) weights[row] = (weights[row] ?? 0) * factor;
    inverseTemperatures.fill(1 / temperature, fresh);
  }
  return { count, features, targets, weights, inverseTemperatures };
}

/** Copies rows over the classes `known` into rows over `classes`, each column to the one of its class. */
function spread(from: Float32Array, known: readonly number[], to: Float32Array, classes: readonly number[]): void {
  const columns = known.map((label) => classes.indexOf(label));
  if (columns.includes(-1)) {
    throw new ReverieError(
      'learner-failed',
      `dreams are labelled with the classes ${known.join(', ')}, and the classifier has met only ${classes.join(', ')}; ` +
        'a memory may label with no other classes than those it was given',
    );
  }
  from.forEach((value, i) => {
    const row = Math.floor(i / known.length);
    to[row * classes.length + (columns[i % known.length] ?? 0)] = value;
  });
}
