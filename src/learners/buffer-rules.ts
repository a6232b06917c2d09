import type { RandomStream } from '../core/random.js';
import type { Group, Exemplar } from './stored-samples.js';

/** A rule by which a buffer keeps samples that pass by one after another. */
export interface StreamRule {
  /** Whether there is a group for each class; one of all samples where not. */
  readonly grouped: boolean;
  /**
   * Takes the next sample of the stream, or passes it over.
   *
   * @param limits places of each of the groups, in their order, which `group` is one of
   * @param sample copies it; called where it is kept
   */
  add(
    group: Group,
    groups: readonly Group[],
    limits: readonly number[],
    sample: () => Exemplar,
    random: RandomStream,
  ): void;
  /** Leaves so many of a group's samples, where it has more. */
  shrink(group: Group, limit: number, random: RandomStream): void;
}

/**
 * The i-th sample of the group, from 1, is kept while i ≤ M; after that j ~ U{1 … i} is drawn, and it replaces the j-th
 * where j ≤ M (Vitter 1985, algorithm R), so that at each moment every sample of the group so far is there with the same
 * probability. What is dropped where a group shrinks is drawn at random.
 */
function reservoirRule(grouped: boolean): StreamRule {
  return {
    grouped,
    add(group, groups, limits, sample, random) {
      const limit = limits[groups.indexOf(group)] ?? 0;
      const { samples } = group;
      const at = samples.length < limit ? samples.length : random.integer(group.seen);
      if (at < limit) samples[at] = sample();
    },
    shrink: dropAtRandom,
  };
}

/** The last of each class, oldest first (Lopez-Paz & Ranzato 2017; the ring buffer of Chaudhry et al. 2019). */
const ring: StreamRule = {
  grouped: true,
  add(group, groups, limits, sample) {
    const limit = limits[groups.indexOf(group)] ?? 0;
    if (limit === 0) return;
    group.samples.push(sample());
    dropFirst(group, limit);
  },
  shrink: dropFirst,
};

/**
 * The greedy sampler of Prabhu et al. 2020 (GDumb, algorithm 1): a sample of a class that has less than its share, M / (classes
 * so far), is kept; where the buffer is full it takes the place of one of the class that has most, drawn at random. Classes
 * that come share all places, and none stands empty where another class could have it.
 */
const greedy: StreamRule = {
  grouped: true,
  add(group, groups, limits, sample, random) {
    const capacity = limits.reduce((sum, limit) => sum + limit, 0);
    if (group.samples.length >= capacity / groups.length) return;
    const kept = groups.reduce((sum, { samples }) => sum + samples.length, 0);
    if (kept >= capacity) {
      const largest = groups.reduce((a, b) => (b.samples.length > a.samples.length ? b : a));
      dropAtRandom(largest, largest.samples.length - 1, random);
    }
    group.samples.push(sample());
  },
  shrink: () => undefined,
};

export const streamRules = {
  reservoir: reservoirRule(false),
  'class-balanced': reservoirRule(true),
  ring,
  greedy,
} as const satisfies Record<string, StreamRule>;

function dropAtRandom({ samples }: Group, limit: number, random: RandomStream): void {
  while (samples.length > limit) samples.splice(random.integer(samples.length), 1);
}

function dropFirst({ samples }: Group, limit: number): void {
  samples.splice(0, samples.length - limit);
}
