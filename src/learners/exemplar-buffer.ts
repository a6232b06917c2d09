import type { Samples } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import type { RandomStream } from '../core/random.js';
import type { Snapshot } from '../core/snapshot.js';
import { streamRules, type StreamRule } from './buffer-rules.js';
import { herded, normalisedRows } from './herding.js';
import { exemplarsOf, restoreGroups, saveGroups, type Exemplar, type Exemplars, type Group } from './stored-samples.js';

/** Most samples: of all classes together, or of each. */
export type Capacity = { readonly samples: number } | { readonly perClass: number };

/** Real samples that a learner keeps, with their classes: at most so many, chosen by a rule. */
export interface ExemplarBuffer {
  /** Samples kept. */
  readonly size: number;
  /** Those samples, group after group, each in the order of its rule; their `extras` may be set. */
  readonly exemplars: readonly Exemplar[];
  /** Keys of the groups that samples are kept in, in the order in which they came; one where the rule makes no groups. */
  readonly groups: readonly number[];
  /**
   * Passes rows of a stream by, in order, each once; which of them are kept is the buffer's rule.
   *
   * @param group takes the place of classes: samples of one group share places, say those of one task
   * @returns those of them that are kept now
   */
  offer(samples: Samples, rows: Uint32Array, random: RandomStream, group?: number): Promise<readonly Exemplar[]>;
  /** `count` of the samples kept, without replacement; all where there are fewer. @param group of this one alone */
  draw(count: number, random: RandomStream, group?: number): Exemplars;
  save(): Snapshot;
  /** @throws ReverieError `bad-checkpoint` where the saved samples do not fit this buffer */
  restore(snapshot: Snapshot): void;
}

/** The rules by which a buffer keeps samples. */
export const bufferRules = ['reservoir', 'class-balanced', 'ring', 'greedy', 'herding'] as const;
export type BufferRule = (typeof bufferRules)[number];

/** `count` rows of samples → `count` rows of features. */
export type FeaturesOf = (samples: Float32Array, count: number) => Promise<Float32Array>;

/**
 * A buffer of at most M samples, or of m of each class.
 *
 * - `reservoir`: any sample so far with the same probability, whatever its class; takes an M only;
 * - `class-balanced`: the same inside each class;
 * - `ring`: the last of each class;
 * - `greedy`: those that come first of each class, until a class that has fewer needs the place ({@link streamRules});
 * - `herding`: those whose mean feature is nearest to that of all that are offered of the class and those that are kept of
 *   it ({@link herded}); where a class has less room than before, the first of them. For whole classes at once.
 *
 * M is shared by the classes so far: the i-th of C, from 0, has ⌈(M − i) / C⌉ places, M in all. A capacity that is larger than
 * the data keeps all of them.
 *
 * @param features that `herding` chooses by
 * @throws ReverieError `bad-usage` for a number for each class with `reservoir`, which knows none, for one below 1, and for
 *   `herding` without features
 */
export function exemplarBuffer(
  rule: BufferRule,
  capacity: Capacity,
  width: number,
  features?: FeaturesOf,
): ExemplarBuffer {
  if (rule === 'reservoir' && 'perClass' in capacity) {
    throw new ReverieError(
      'bad-usage',
      'a reservoir takes samples whatever their class and cannot keep a number of each; give bufferSize, or ' +
        'buffer: class-balanced',
    );
  }
  const most = 'samples' in capacity ? capacity.samples : capacity.perClass;
  if (!Number.isInteger(most) || most < 1) {
    throw new ReverieError('bad-usage', `a buffer holds a whole number of samples, 1 or more, not ${most}`);
  }
  if (rule === 'herding' && features === undefined) {
    throw new ReverieError(
      'bad-usage',
      'buffer: herding chooses among all samples of a class by their features, and this buffer is filled step by step; give ' +
        'another rule, or fill: after-task where the learner has it',
    );
  }
  return new GroupedBuffer(rule, capacity, width, features);
}

/** One group of samples, or one for each class. */
class GroupedBuffer implements ExemplarBuffer {
  #groups: Group[] = [];

  constructor(
    private readonly rule: BufferRule,
    private readonly capacity: Capacity,
    private readonly width: number,
    private readonly featuresOf: FeaturesOf = (samples) => Promise.resolve(samples),
  ) {}

  get size(): number {
    return this.#groups.reduce((sum, { samples }) => sum + samples.length, 0);
  }

  get exemplars(): readonly Exemplar[] {
    return this.#groups.flatMap(({ samples }) => samples);
  }

  get groups(): readonly number[] {
    return this.#groups.map(({ key }) => key);
  }

  async offer(samples: Samples, rows: Uint32Array, random: RandomStream, group?: number): Promise<readonly Exemplar[]> {
    const taken = new Set<Exemplar>();
    const sample = (row: number): Exemplar => {
      const features = new Float32Array(this.width);
      samples.copyRows([row], features);
      const exemplar = { features, label: samples.label(row), extras: new Float32Array() };
      taken.add(exemplar);
      return exemplar;
    };
    const keyOf = (row: number): number => group ?? samples.label(row);
    if (this.rule === 'herding') await this.#herd(rows, keyOf, sample);
    else this.#pass(streamRules[this.rule], rows, keyOf, sample, random);
    return this.exemplars.filter((exemplar) => taken.has(exemplar));
  }

  draw(count: number, random: RandomStream, group?: number): Exemplars {
    const all = this.#groups.flatMap(({ key, samples }) => (group === undefined || key === group ? samples : []));
    const chosen = [...random.permutation(all.length).subarray(0, count)].flatMap((i) => all[i] ?? []);
    return exemplarsOf(chosen, this.width);
  }

  save(): Snapshot {
    return saveGroups(this.#groups, this.width);
  }

  restore(snapshot: Snapshot): void {
    this.#groups = restoreGroups(snapshot, this.width);
  }

  /** Takes rows one after another. */
  #pass(
    how: StreamRule,
    rows: Uint32Array,
    keyOf: (row: number) => number,
    sample: (row: number) => Exemplar,
    random: RandomStream,
  ): void {
    for (const row of rows) {
      const group = this.#groupOf(how.grouped ? keyOf(row) : 0, (one, limit) => {
        how.shrink(one, limit, random);
      });
      group.seen++;
      how.add(group, this.#groups, this.#limits(), () => sample(row), random);
    }
  }

  /** Chooses anew in each class that rows are offered of. */
  async #herd(rows: Uint32Array, keyOf: (row: number) => number, sample: (row: number) => Exemplar): Promise<void> {
    const rowsOf = new Map<number, number[]>();
    for (const row of rows) {
      const own = rowsOf.get(keyOf(row));
      if (own === undefined) rowsOf.set(keyOf(row), [row]);
      else own.push(row);
    }
    for (const key of rowsOf.keys()) this.#groupOf(key, ({ samples }, limit) => void samples.splice(limit));
    const limits = this.#limits();
    for (const [at, group] of this.#groups.entries()) {
      const own = rowsOf.get(group.key);
      if (own === undefined) continue;
      group.seen += own.length;
      const candidates = [...group.samples, ...own.map(sample)];
      const { count, features } = exemplarsOf(candidates, this.width);
      const normalised = normalisedRows(await this.featuresOf(features, count), count);
      const order = herded(normalised, count, limits[at] ?? 0);
      group.samples.splice(0, group.samples.length, ...order.flatMap((i) => candidates[i] ?? []));
    }
  }

  /** The group of a key; where it is a new one the others have less room. */
  #groupOf(key: number, shrink: (group: Group, limit: number) => void): Group {
    const found = this.#groups.find((group) => group.key === key);
    if (found !== undefined) return found;
    const made: Group = { key, seen: 0, samples: [] };
    this.#groups.push(made);
    const limits = this.#limits();
    this.#groups.forEach((group, i) => {
      shrink(group, limits[i] ?? 0);
    });
    return made;
  }

  /** Places of each group. */
  #limits(): readonly number[] {
    const { capacity } = this;
    return this.#groups.map((_, i) =>
      'samples' in capacity ? Math.max(0, Math.ceil((capacity.samples - i) / this.#groups.length)) : capacity.perClass,
    );
  }
}
