import type { Samples } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import type { RandomStream } from '../core/random.js';
import { isRecord, type Snapshot } from '../core/snapshot.js';

/** Samples that were drawn from a buffer. */
export interface Exemplars {
  readonly count: number;
  /** `count` rows. */
  readonly features: Float32Array;
  /** Class of each. */
  readonly labels: Int32Array;
}

/** Real samples that a learner keeps, with their classes: at most so many, chosen by a rule. */
export interface ExemplarBuffer {
  /** Samples kept. */
  readonly size: number;
  /** Passes rows of a stream by, in order, each once; which of them are kept is the buffer's rule. */
  offer(samples: Samples, rows: Uint32Array, random: RandomStream): void;
  /** `count` of the samples kept, without replacement; all where there are fewer. */
  draw(count: number, random: RandomStream): Exemplars;
  save(): Snapshot;
  /** @throws ReverieError `bad-checkpoint` where the saved samples do not fit this buffer */
  restore(snapshot: Snapshot): void;
}

/** The rules by which a buffer keeps samples. */
export const bufferRules = ['reservoir', 'class-balanced'] as const;
export type BufferRule = (typeof bufferRules)[number];

/**
 * A buffer of at most `capacity` samples.
 *
 * - `reservoir`: the i-th sample of the stream, from 1, is kept while i ≤ M; after that j ~ U{1 … i} is drawn, and it
 *   replaces the j-th where j ≤ M (Vitter 1985, algorithm R), so that at each moment every sample so far is there with the
 *   same probability;
 * - `class-balanced`: M / (classes seen) places for each class, a reservoir inside each; where a class comes, those of the
 *   others shrink (what is dropped is drawn at random).
 */
export function exemplarBuffer(rule: BufferRule, capacity: number, width: number): ExemplarBuffer {
  return new Reservoirs(rule, capacity, width);
}

/** One reservoir for all classes, or one for each. */
class Reservoirs implements ExemplarBuffer {
  /** By class, or all under one key. */
  readonly #kept = new Map<number, Reservoir>();

  constructor(
    private readonly rule: BufferRule,
    private readonly capacity: number,
    private readonly width: number,
  ) {}

  get size(): number {
    return [...this.#kept.values()].reduce((sum, { labels }) => sum + labels.length, 0);
  }

  offer(samples: Samples, rows: Uint32Array, random: RandomStream): void {
    for (const row of rows) {
      const label = samples.label(row);
      const place = this.#reservoirOf(label, random).place(random);
      if (place === undefined) continue;
      const features = new Float32Array(this.width);
      samples.copyRows([row], features);
      place.set(features, label);
    }
  }

  draw(count: number, random: RandomStream): Exemplars {
    const all = [...this.#kept.values()].flatMap(({ rows, labels }) =>
      rows.map((features, i) => ({ features, label: labels[i] ?? -1 })),
    );
    const chosen = [...random.permutation(all.length).subarray(0, count)].flatMap((i) => all[i] ?? []);
    const features = new Float32Array(chosen.length * this.width);
    chosen.forEach((one, i) => {
      features.set(one.features, i * this.width);
    });
    return { count: chosen.length, features, labels: Int32Array.from(chosen, ({ label }) => label) };
  }

  save(): Snapshot {
    const json = [...this.#kept].map(([key, { seen, limit, labels }]) => ({ key, seen, limit, labels: [...labels] }));
    const features = new Float32Array(this.size * this.width);
    let at = 0;
    for (const { rows } of this.#kept.values()) for (const row of rows) features.set(row, this.width * at++);
    const tensors = at === 0 ? {} : { features: { shape: [at, this.width], data: features } };
    return { json: { reservoirs: json }, tensors };
  }

  restore({ json, tensors }: Snapshot): void {
    const saved = isRecord(json) && Array.isArray(json['reservoirs']) ? json['reservoirs'] : undefined;
    const features = tensors['features']?.data ?? new Float32Array();
    if (saved === undefined) throw damaged('it has no samples');
    this.#kept.clear();
    let at = 0;
    for (const one of saved) {
      const { key, seen, limit, labels } = isRecord(one) ? one : {};
      if (typeof key !== 'number' || typeof seen !== 'number' || typeof limit !== 'number' || !Array.isArray(labels)) {
        throw damaged('a reservoir lacks its counts');
      }
      const reservoir = new Reservoir(limit);
      reservoir.seen = seen;
      for (const label of labels) {
        const row = features.slice(this.width * at, this.width * (at + 1));
        if (typeof label !== 'number' || row.length !== this.width)
          throw damaged('samples and classes do not go together');
        reservoir.rows.push(row);
        reservoir.labels.push(label);
        at++;
      }
      this.#kept.set(key, reservoir);
    }
    if (at * this.width !== features.length) throw damaged('samples and classes do not go together');
  }

  #reservoirOf(label: number, random: RandomStream): Reservoir {
    const key = this.rule === 'reservoir' ? 0 : label;
    const found = this.#kept.get(key);
    if (found !== undefined) return found;
    const limit = Math.floor(this.capacity / (this.#kept.size + 1));
    for (const other of this.#kept.values()) other.shrink(limit, random);
    const made = new Reservoir(limit);
    this.#kept.set(key, made);
    return made;
  }
}

/** Algorithm R. */
class Reservoir {
  readonly rows: Float32Array[] = [];
  readonly labels: number[] = [];
  seen = 0;

  constructor(public limit: number) {}

  /** Where the next sample of the stream goes; undefined where it is not kept. */
  place(random: RandomStream): { readonly set: (features: Float32Array, label: number) => void } | undefined {
    this.seen++;
    const at = this.rows.length < this.limit ? this.rows.length : random.integer(this.seen);
    if (at >= this.limit) return undefined;
    return {
      set: (features, label) => {
        this.rows[at] = features;
        this.labels[at] = label;
      },
    };
  }

  shrink(limit: number, random: RandomStream): void {
    this.limit = limit;
    while (this.rows.length > limit) {
      const at = random.integer(this.rows.length);
      this.rows.splice(at, 1);
      this.labels.splice(at, 1);
    }
  }
}

function damaged(what: string): ReverieError {
  return new ReverieError(
    'bad-checkpoint',
    `the saved buffer of samples is damaged: ${what}; the checkpoint is not usable`,
  );
}
