import { shortList } from '../core/short-list.js';
import type { Samples } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import type { Dreams } from '../core/memory.js';
import { dreamTargets, dreamTemperature, dreamWeight, type Distillation } from './distillation.js';

/** A batch for a model. Each row has its own target, weight and temperature, so that real and dreamt rows mix. */
export interface Batch {
  readonly count: number;
  /** `count` rows of samples. */
  readonly features: Float32Array;
  /** `count` rows of what the loss wants of each class, in [0, 1], in the model's order of classes. */
  readonly targets: Float32Array;
  /** Weight of each row in the loss. */
  readonly weights: Float32Array;
  /** 1/T of each row; 1 for hard targets. */
  readonly inverseTemperatures: Float32Array;
  /** How many of the rows, the first ones, are new and not replayed; all unless given. */
  readonly newRows?: number;
}

/** Stored samples, where there are none. */
const none = { count: 0, features: new Float32Array(), labels: new Int32Array() };

/** A batch of real samples with hard targets, all of equal weight: what learning without a memory trains on. */
export function realBatch(samples: Samples, rows: Uint32Array, classes: readonly number[]): Batch {
  const weights = new Float32Array(rows.length).fill(1 / rows.length);
  return replayBatch(samples, rows, none, classes, weights);
}

/** A row for each label with a 1 in the column of its class. @param classes those of the columns */
export function oneHot(labels: Int32Array, classes: readonly number[]): Float32Array {
  const columnOf = new Map(classes.map((label, column) => [label, column]));
  const targets = new Float32Array(labels.length * classes.length);
  labels.forEach((label, i) => {
    const column = columnOf.get(label);
    if (column !== undefined) targets[i * classes.length + column] = 1;
  });
  return targets;
}

/** Puts {@link oneHot} rows of samples into `targets`, from its first row on. */
export function setOneHot(
  targets: Float32Array,
  samples: Samples,
  rows: Uint32Array,
  classes: readonly number[],
): void {
  targets.set(
    oneHot(
      Int32Array.from(rows, (row) => samples.label(row)),
      classes,
    ),
  );
}

/** Mean of `values[from .. to)`. */
export function meanOf(values: Float32Array, from = 0, to = values.length): number {
  let total = 0;
  for (let i = from; i < to; i++) total += values[i] ?? 0;
  return total / (to - from);
}

/**
 * Weights of the rows of a batch, new ones first, for the loss
 *
 *     L = s·new + (1 − s)·replay,
 *
 * each term a mean over its rows. Without dreams all the weight is on the new rows. They sum to 1.
 *
 * @param newShare s in (0, 1], the share of what is known that is new: see {@link import('./new-share.js').newShare}
 */
export function rehearsalWeights(real: number, dreamt: number, newShare: number): Float32Array {
  const share = dreamt === 0 ? 1 : newShare;
  const weights = new Float32Array(real + dreamt).fill(share / real, 0, real);
  return weights.fill((1 - share) / dreamt, real);
}

/**
 * New samples first, stored ones behind them, all with hard targets.
 *
 * @param weights of the rows of the batch, as many as it has
 */
export function replayBatch(
  samples: Samples,
  rows: Uint32Array,
  stored: { readonly count: number; readonly features: Float32Array; readonly labels: Int32Array },
  classes: readonly number[],
  weights: Float32Array,
): Batch {
  const [fresh, count] = [rows.length, rows.length + stored.count];
  const features = new Float32Array(count * samples.width);
  samples.copyRows(rows, features);
  features.set(stored.features, fresh * samples.width);
  const targets = new Float32Array(count * classes.length);
  setOneHot(targets, samples, rows, classes);
  targets.set(oneHot(stored.labels, classes), fresh * classes.length);
  const inverseTemperatures = new Float32Array(count).fill(1);
  return { count, features, targets, weights, inverseTemperatures, newRows: fresh };
}

/** Gives an array of the wanted length: at each call the same one, with what was in it, while the length is the same. */
export type ArrayOf = (length: number) => Float32Array;

/**
 * For batches of hundreds of kilobytes at every step: new arrays, cleared and soon thrown away, cost a twentieth of a
 * training run in garbage collection alone.
 */
export function reusedArray(): ArrayOf {
  let array = new Float32Array();
  return (length) => (array.length === length ? array : (array = new Float32Array(length)));
}

/**
 * New samples first, dreams behind them, as one batch for the model, weighted by {@link rehearsalWeights}.
 *
 * Dreams have targets by {@link dreamTargets}, with zeros for the classes that their teacher does not know. The replay
 * term is the loss at temperature T times {@link dreamWeight}.
 *
 * @param dreams undefined at the first task, where everything is new
 * @param classes the model's, among them all that the dreams' teacher knows
 * @param newShare in (0, 1], of the new rows in the loss
 * @param featuresOf gives the array for the features
 * @throws learner-failed where the teacher knows a class that the model does not
 */
export function mixedBatch(
  samples: Samples,
  rows: Uint32Array,
  dreams: Dreams | undefined,
  classes: readonly number[],
  newShare: number,
  distillation: Distillation,
  featuresOf: ArrayOf,
): Batch {
  const real = rows.length;
  const dreamt = dreams?.count ?? 0;
  const count = real + dreamt;
  const features = featuresOf(count * samples.width);
  samples.copyRows(rows, features);
  const targets = new Float32Array(count * classes.length);
  setOneHot(targets, samples, rows, classes);
  const weights = rehearsalWeights(real, dreamt, newShare);
  const inverseTemperatures = new Float32Array(count).fill(1);
  if (dreams !== undefined) {
    const temperature = dreamTemperature(distillation);
    features.set(dreams.features, real * samples.width);
    spread(dreamTargets(dreams, distillation), dreams.classes, targets.subarray(real * classes.length), classes);
    const factor = dreamWeight(distillation);
    for (let row = real; row < count; row++) weights[row] = (weights[row] ?? 0) * factor;
    inverseTemperatures.fill(1 / temperature, real);
  }
  return { count, features, targets, weights, inverseTemperatures, newRows: real };
}

/** Copies rows over the classes `known` into rows over `classes`, each column to the one of its class. */
function spread(from: Float32Array, known: readonly number[], to: Float32Array, classes: readonly number[]): void {
  const columns = known.map((label) => classes.indexOf(label));
  if (columns.includes(-1)) {
    throw new ReverieError(
      'learner-failed',
      `dreams are labelled with the classes ${shortList(known)}, and the model has met only ${shortList(classes)}; ` +
        'a memory may label with no other classes than those it was given',
    );
  }
  from.forEach((value, i) => {
    const row = Math.floor(i / known.length);
    to[row * classes.length + (columns[i % known.length] ?? 0)] = value;
  });
}
