import { arraySamples } from '../core/array-samples.js';
import type { Samples } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import { isIntegers, isRecord, type Json, type Snapshot } from '../core/snapshot.js';
import { joined, sizeOf, type Shape } from '../core/tensor.js';

/** A real sample that is kept. */
export interface Exemplar {
  readonly features: Float32Array;
  readonly label: number;
  /** Values that are kept with it, say logits; empty where there are none. Samples may differ in how many. */
  extras: Float32Array;
}

/** Copies of samples of a buffer. */
export interface Exemplars {
  readonly count: number;
  /** `count` rows. */
  readonly features: Float32Array;
  /** Class of each. */
  readonly labels: Int32Array;
  /** What is kept with each; empty where nothing is. */
  readonly extras: readonly Float32Array[];
}

/** Samples that are kept together, in an order that a rule may mean something by. */
export interface Group {
  /** Class, or whatever else the samples have in common. */
  readonly key: number;
  /** Samples of it that came so far. */
  seen: number;
  readonly samples: Exemplar[];
}

/** Copies of these samples in one array. @param width values of each */
export function exemplarsOf(stored: readonly Exemplar[], width: number): Exemplars {
  const features = new Float32Array(stored.length * width);
  stored.forEach((one, i) => {
    features.set(one.features, i * width);
  });
  const labels = Int32Array.from(stored, ({ label }) => label);
  return { count: stored.length, features, labels, extras: stored.map(({ extras }) => extras) };
}

/** Copies of these samples as a data set. @param shape of one */
export function samplesOf(stored: readonly Exemplar[], shape: Shape): Samples {
  const { features, labels } = exemplarsOf(stored, sizeOf(shape));
  return arraySamples({ features, labels, shape });
}

export function saveGroups(groups: readonly Group[], width: number): Snapshot {
  const stored = groups.flatMap(({ samples }) => samples);
  const { count, features } = exemplarsOf(stored, width);
  const extras = joined(stored.map((one) => one.extras));
  return {
    json: {
      groups: groups.map(({ key, seen, samples }) => ({
        ...{ key, seen, labels: samples.map(({ label }) => label) },
        extras: samples.map((one) => one.extras.length),
      })),
    },
    tensors: {
      ...(count > 0 && { features: { shape: [count, width], data: features } }),
      ...(extras.length > 0 && { extras: { shape: [extras.length], data: extras } }),
    },
  };
}

/** @throws ReverieError `bad-checkpoint` where it is not what {@link saveGroups} gave for samples of this width */
export function restoreGroups({ json, tensors }: Snapshot, width: number): Group[] {
  const saved = isRecord(json) && Array.isArray(json['groups']) ? (json['groups'] as readonly Json[]) : undefined;
  if (saved === undefined) throw damaged('it has no samples');
  const nextFeatures = slices(tensors['features']?.data);
  const nextExtras = slices(tensors['extras']?.data);
  const groups = saved.map((one): Group => {
    const { key, seen, labels, extras } = isRecord(one) ? one : {};
    if (typeof key !== 'number' || typeof seen !== 'number' || !isIntegers(labels) || !isIntegers(extras)) {
      throw damaged('a group of samples lacks its counts');
    }
    const samples = labels.map((label, i) => ({
      ...{ label, features: nextFeatures(width), extras: nextExtras(extras[i] ?? 0) },
    }));
    return { key, seen, samples };
  });
  nextFeatures(0, true);
  nextExtras(0, true);
  return groups;
}

/** Gives one slice of the values after the other; `last` where none may be left. */
function slices(values: Float32Array = new Float32Array()): (length: number, last?: boolean) => Float32Array {
  let at = 0;
  return (length, last = false) => {
    const slice = values.slice(at, at + length);
    at += length;
    if (slice.length === length && (!last || at === values.length)) return slice;
    throw damaged('samples and classes do not go together');
  };
}

function damaged(what: string): ReverieError {
  return new ReverieError(
    'bad-checkpoint',
    `the saved buffer of samples is damaged: ${what}; the checkpoint is not usable`,
  );
}
