import { z } from 'zod';
import type { Samples } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import type { RandomStream } from '../core/random.js';
import { isRecord, type Snapshot } from '../core/snapshot.js';
import { joined } from '../core/tensor.js';
import { Places, type Exemplar } from './buffer-places.js';

/** Samples that were drawn from a buffer. */
export interface Exemplars {
  readonly count: number;
  /** `count` rows. */
  readonly features: Float32Array;
  /** Class of each. */
  readonly labels: Int32Array;
  /** What was put aside with each, e.g. logits; empty where nothing was. */
  readonly extras: readonly Float32Array[];
}

/** Real samples that a learner keeps, with their classes: at most so many, chosen by a rule. */
export interface ExemplarBuffer {
  /** Samples kept. */
  readonly size: number;
  /** Those samples, whose `extras` may be set. */
  readonly exemplars: readonly Exemplar[];
  /**
   * Passes rows of a stream by, in order, each once; which of them are kept is the buffer's rule.
   *
   * @returns those of them that are kept now
   */
  offer(samples: Samples, rows: Uint32Array, random: RandomStream): readonly Exemplar[];
  /** `count` of the samples kept, without replacement; all where there are fewer. */
  draw(count: number, random: RandomStream): Exemplars;
  save(): Snapshot;
  /** @throws ReverieError `bad-checkpoint` where the saved samples do not fit this buffer */
  restore(snapshot: Snapshot): void;
}

/** The rules by which a buffer keeps samples. */
export const bufferRules = ['reservoir', 'class-balanced', 'ring'] as const;
export type BufferRule = (typeof bufferRules)[number];

/** Most samples: of all classes together, or of each. */
export type Capacity = { readonly samples: number } | { readonly perClass: number };

/**
 * A buffer of at most M samples, or of m of each class.
 *
 * - `reservoir`: the i-th sample of the stream, from 1, is kept while i ≤ M; after that j ~ U{1 … i} is drawn, and it
 *   replaces the j-th where j ≤ M (Vitter 1985, algorithm R), so that at each moment every sample so far is there with the
 *   same probability;
 * - `class-balanced`: M / (classes seen) places for each class, or m, a reservoir inside each; where a class comes, those of the
 *   others shrink (what is dropped is drawn at random);
 * - `ring`: as many places, which the last samples of the class have (Lopez-Paz & Ranzato 2017); where they shrink the oldest go.
 *
 * @throws ReverieError `bad-usage` for a reservoir with a number for each class
 */
export function exemplarBuffer(rule: BufferRule, capacity: Capacity, width: number): ExemplarBuffer {
  if (rule === 'reservoir' && 'perClass' in capacity) {
    throw new ReverieError(
      'bad-usage',
      'a reservoir takes samples whatever their class and cannot keep a number of each; give bufferSize, or ' +
        'buffer: class-balanced',
    );
  }
  return new Buffer(rule, capacity, width);
}

/** How many samples a learner keeps unless it is told. */
const defaultSize = 1000;

/** The options of learners that keep samples. */
export const bufferOptions = {
  bufferSize: z
    .int()
    .min(1)
    .optional()
    .describe(`Most samples kept, of all classes together; ${defaultSize} unless this or samplesPerClass is given.`),
  samplesPerClass: z.int().min(1).optional().describe('Most samples kept of each class; not together with bufferSize.'),
  buffer: z.enum(bufferRules).default('class-balanced').describe('Which samples are kept.'),
};

/** The buffer that options ask for. @throws ReverieError `bad-usage` as {@link exemplarBuffer}, and where both sizes are given */
export function bufferOf(
  {
    bufferSize,
    samplesPerClass,
    buffer,
  }: {
    readonly bufferSize?: number | undefined;
    readonly samplesPerClass?: number | undefined;
    readonly buffer: BufferRule;
  },
  width: number,
): ExemplarBuffer {
  if (samplesPerClass === undefined) return exemplarBuffer(buffer, { samples: bufferSize ?? defaultSize }, width);
  if (bufferSize === undefined) return exemplarBuffer(buffer, { perClass: samplesPerClass }, width);
  throw new ReverieError(
    'bad-usage',
    `bufferSize: ${bufferSize} and samplesPerClass: ${samplesPerClass} are both given; expected one of the two`,
  );
}

/** Places for all classes together, or for each. */
class Buffer implements ExemplarBuffer {
  /** By class, or all under one key. */
  readonly #kept = new Map<number, Places>();

  constructor(
    private readonly rule: BufferRule,
    private readonly capacity: Capacity,
    private readonly width: number,
  ) {}

  get size(): number {
    return this.exemplars.length;
  }

  get exemplars(): readonly Exemplar[] {
    return [...this.#kept.values()].flatMap(({ exemplars }) => exemplars);
  }

  offer(samples: Samples, rows: Uint32Array, random: RandomStream): readonly Exemplar[] {
    const taken = new Set<Exemplar>();
    for (const row of rows) {
      const label = samples.label(row);
      const places = this.#placesOf(label, random);
      const at = places.place(random);
      if (at === undefined) continue;
      const features = new Float32Array(this.width);
      samples.copyRows([row], features);
      const exemplar = { features, label, extras: new Float32Array() };
      places.put(at, exemplar);
      taken.add(exemplar);
    }
    return this.exemplars.filter((exemplar) => taken.has(exemplar));
  }

  draw(count: number, random: RandomStream): Exemplars {
    const all = this.exemplars;
    const chosen = [...random.permutation(all.length).subarray(0, count)].flatMap((i) => all[i] ?? []);
    const features = new Float32Array(chosen.length * this.width);
    chosen.forEach((one, i) => {
      features.set(one.features, i * this.width);
    });
    return {
      ...{ count: chosen.length, features },
      labels: Int32Array.from(chosen, ({ label }) => label),
      extras: chosen.map(({ extras }) => extras),
    };
  }

  save(): Snapshot {
    const json = [...this.#kept].map(([key, { seen, limit, exemplars }]) => ({
      ...{ key, seen, limit, labels: exemplars.map(({ label }) => label) },
      extras: exemplars.map(({ extras }) => extras.length),
    }));
    const all = this.exemplars;
    if (all.length === 0) return { json: { places: json }, tensors: {} };
    const features = joined(all.map((exemplar) => exemplar.features));
    const extras = joined(all.map((exemplar) => exemplar.extras));
    const tensors = {
      features: { shape: [all.length, this.width], data: features },
      ...(extras.length === 0 ? {} : { extras: { shape: [extras.length], data: extras } }),
    };
    return { json: { places: json }, tensors };
  }

  restore({ json, tensors }: Snapshot): void {
    const saved = isRecord(json) && Array.isArray(json['places']) ? json['places'] : undefined;
    const features = tensors['features']?.data ?? new Float32Array();
    const extras = tensors['extras']?.data ?? new Float32Array();
    if (saved === undefined) throw damaged('it has no samples');
    this.#kept.clear();
    let [row, value] = [0, 0];
    for (const one of saved) {
      const { key, seen, limit, labels, extras: lengths } = isRecord(one) ? one : {};
      const lists = Array.isArray(labels) && Array.isArray(lengths) && labels.length === lengths.length;
      if (typeof key !== 'number' || typeof seen !== 'number' || typeof limit !== 'number' || !lists) {
        throw damaged('its places lack their counts');
      }
      const places = new Places(this.rule, limit);
      places.seen = seen;
      labels.forEach((label: unknown, i: number) => {
        const length: unknown = lengths[i];
        if (typeof label !== 'number' || typeof length !== 'number') throw damaged('a class is no number');
        const at = this.width * row++;
        places.exemplars.push({
          ...{ label, features: features.slice(at, at + this.width) },
          extras: extras.slice(value, (value += length)),
        });
      });
      this.#kept.set(key, places);
    }
    if (row * this.width !== features.length || value !== extras.length) {
      throw damaged('samples and classes do not go together');
    }
  }

  #placesOf(label: number, random: RandomStream): Places {
    const key = this.rule === 'reservoir' ? 0 : label;
    const found = this.#kept.get(key);
    if (found !== undefined) return found;
    const { capacity } = this;
    const limit = 'perClass' in capacity ? capacity.perClass : Math.floor(capacity.samples / (this.#kept.size + 1));
    for (const other of this.#kept.values()) other.shrink(limit, random);
    const made = new Places(this.rule, limit);
    this.#kept.set(key, made);
    return made;
  }
}

function damaged(what: string): ReverieError {
  return new ReverieError(
    'bad-checkpoint',
    `the saved buffer of samples is damaged: ${what}; the checkpoint is not usable`,
  );
}
