import type { Samples } from '../core/dataset.js';
import type { ClassifierBatch } from './classifier.js';

/** A batch of real samples with hard targets, all of equal weight: what learning without a memory trains on. */
export function realBatch(samples: Samples, rows: Uint32Array, classes: readonly number[]): ClassifierBatch {
  const count = rows.length;
  const features = new Float32Array(count * samples.width);
  samples.copyRows(rows, features);
  const targets = new Float32Array(count * classes.length);
  setOneHot(targets, samples, rows, classes);
  return {
    count,
    features,
    targets,
    weights: new Float32Array(count).fill(1 / count),
    inverseTemperatures: new Float32Array(count).fill(1),
  };
}

/** Puts a 1 into the column of each row's class, from the first row of `targets` on. */
export function setOneHot(
  targets: Float32Array,
  samples: Samples,
  rows: Uint32Array,
  classes: readonly number[],
): void {
  const columnOf = new Map(classes.map((label, column) => [label, column]));
  rows.forEach((row, i) => {
    const column = columnOf.get(samples.label(row));
    if (column !== undefined) targets[i * classes.length + column] = 1;
  });
}

/** Mean of `values[from .. to)`. */
export function meanOf(values: Float32Array, from = 0, to = values.length): number {
  let total = 0;
  for (let i = from; i < to; i++) total += values[i] ?? 0;
  return total / (to - from);
}
