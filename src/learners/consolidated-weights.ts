import { ReverieError } from '../core/errors.js';
import { isRecord, type Snapshot } from '../core/snapshot.js';
import type { TensorMap } from '../core/tensor.js';
import { meanOf } from './batches.js';
import type { Stateful } from './define-learner.js';

/** The values of a layer for these of its outputs, and 0 for all others. */
export function only(layer: TensorMap, columns: readonly number[]): TensorMap {
  const kept = new Set(columns);
  return changed(layer, (value, column) => (kept.has(column) ? value : 0));
}

function changed(layer: TensorMap, change: (value: number, column: number, name: string, at: number) => number) {
  return Object.fromEntries(
    Object.entries(layer).map(([name, { shape, data }]) => {
      const columns = shape.at(-1) ?? 1;
      return [name, { shape, data: data.map((value, i) => change(value, i % columns, name, i)) }];
    }),
  );
}

/**
 * cw_j ← (cw_j·r_j + tw_j − mean_j tw_j)/(r_j + 1), r_j = √(past_j/now_j), for the classes j of an experience, by columns of the layer (Lomonaco,
 * Maltoni & Pellegrini 2020, algorithm 1).
 *
 * @param before cw
 * @param trained tw
 * @param now samples of the experience by column, for its classes
 * @param past samples of earlier experiences by column
 */
export function consolidate(
  before: TensorMap,
  trained: TensorMap,
  now: ReadonlyMap<number, number>,
  past: ReadonlyMap<number, number>,
): TensorMap {
  return changed(before, (value, column, name, at) => {
    const count = now.get(column);
    if (count === undefined) return value;
    const tw = (other: number): number => trained[name]?.data[at - column + other] ?? 0;
    const mean = meanOf(Float32Array.from(now.keys(), tw));
    const ratio = Math.sqrt((past.get(column) ?? 0) / count);
    return (value * ratio + tw(column) - mean) / (ratio + 1);
  });
}

/** What is known of classes by the column that they have in the last layer, as part of a checkpoint. */
export class ConsolidatedWeights implements Stateful {
  /** cw while an experience is learnt, empty between them. */
  weights: TensorMap = {};
  /** Samples of earlier experiences. */
  past: ReadonlyMap<number, number> = new Map();

  /** After an experience with so many samples of the classes of these columns. */
  add(now: ReadonlyMap<number, number>): void {
    const sums = [...now].map(([column, count]) => [column, (this.past.get(column) ?? 0) + count] as const);
    this.past = new Map([...this.past, ...sums]);
    this.weights = {};
  }

  save(): Snapshot {
    return { json: { past: [...this.past].map(([column, count]) => [column, count]) }, tensors: this.weights };
  }

  restore({ json, tensors }: Snapshot): void {
    const past = isRecord(json) ? json['past'] : undefined;
    if (!isCounts(past)) {
      throw new ReverieError(
        'bad-checkpoint',
        'the saved learner does not say how many samples of each class it had; the checkpoint is not usable',
      );
    }
    this.past = new Map(past);
    this.weights = tensors;
  }
}

function isCounts(value: unknown): value is [number, number][] {
  return (
    Array.isArray(value) && value.every((one) => Array.isArray(one) && one.length === 2 && one.every(Number.isInteger))
  );
}
