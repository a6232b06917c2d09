import { ReverieError } from '../core/errors.js';
import type { Footprint } from '../core/footprint.js';
import { isRecord, type Snapshot } from '../core/snapshot.js';
import type { TensorMap } from '../core/tensor.js';
import { transferGrownHead } from '../engine/networks/initial.js';
import type { Stateful } from './define-learner.js';

/** What is remembered of earlier experiences: parameters θ*, and how important each of their values is, Ω ≥ 0. */
export interface Anchor {
  readonly values: TensorMap;
  readonly importance: TensorMap;
}

/** Anchors as part of a checkpoint: one for each experience, or one for all. */
export class Anchors implements Stateful {
  readonly #all: Anchor[] = [];

  get all(): readonly Anchor[] {
    return this.#all;
  }

  add(anchor: Anchor): void {
    this.#all.push(anchor);
  }

  /**
   * Makes of all of them one, of these parameters: Ω ← γ·Ω + what is new, by value; outputs that were not there had Ω = 0.
   *
   * @param combine γ·Ω + what is new where it is something else, of Ω before and what is new
   */
  accumulate({ values, importance }: Anchor, combine = (before: number, added: number) => before + added): void {
    const [before] = this.#all.splice(0);
    const sums = Object.entries(importance).map(([name, { shape, data }]) => {
      const zero = { [name]: { shape, data: new Float32Array(data.length) } };
      const old = transferGrownHead(before?.importance ?? {}, zero)[name]?.data ?? new Float32Array();
      return [name, { shape, data: data.map((added, i) => combine(old[i] ?? 0, added)) }] as const;
    });
    this.#all.push({ values, importance: Object.fromEntries(sums) });
  }

  /** Parameters and importances of each anchor. */
  footprint(): Footprint {
    const of = (tensors: TensorMap): number =>
      Object.values(tensors).reduce((sum, { data }) => sum + data.byteLength, 0);
    const statisticsBytes = this.#all.reduce((sum, { importance }) => sum + of(importance), 0);
    const memoryBytes = this.#all.reduce((sum, { values }) => sum + of(values), statisticsBytes);
    return { memoryBytes, statisticsBytes, storedSamples: 0 };
  }

  save(): Snapshot {
    const tensors = this.#all.flatMap(({ values, importance }, k) => [
      ...Object.entries(values).map(([name, tensor]) => [`${k}/values/${name}`, tensor] as const),
      ...Object.entries(importance).map(([name, tensor]) => [`${k}/importance/${name}`, tensor] as const),
    ]);
    return { json: { count: this.#all.length }, tensors: Object.fromEntries(tensors) };
  }

  restore({ json, tensors }: Snapshot): void {
    const count = isRecord(json) ? json['count'] : undefined;
    if (typeof count !== 'number') {
      throw new ReverieError(
        'bad-checkpoint',
        'the saved anchors of a penalty have no count; the checkpoint is not usable',
      );
    }
    const under = (prefix: string): TensorMap =>
      Object.fromEntries(
        Object.entries(tensors).flatMap(([name, tensor]) =>
          name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [],
        ),
      );
    this.#all.length = 0;
    for (let k = 0; k < count; k++) {
      this.#all.push({ values: under(`${k}/values/`), importance: under(`${k}/importance/`) });
    }
  }
}
