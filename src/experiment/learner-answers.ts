import type { Footprint } from '../core/footprint.js';
import { isRecord } from '../core/snapshot.js';
import { shortList } from '../core/short-list.js';
import type { Warning } from '../core/warning.js';

/** What predictions are when they are none of the classes seen so far. */
export interface UnseenPredictions {
  /** How often each label was given that is no class seen so far. */
  readonly labels: ReadonlyMap<number, number>;
  /** Test samples measured. */
  readonly samples: number;
  readonly classes: readonly number[];
}

/**
 * The labels in an answer of a learner, checked: a whole number for each sample. A bare list of labels will do, as plug-ins
 * of version 0.1 give it.
 *
 * @param answer what `predict` gave; whoever writes a plug-in in plain JavaScript has met no compiler
 * @throws Error where it is anything else, with what it is and how often
 */
export function predictedLabels(answer: unknown, count: number): ArrayLike<number> {
  const labels: unknown = isList(answer) ? answer : isRecord(answer) ? answer['labels'] : undefined;
  if (!isList(labels)) {
    throw new TypeError(`predict gave ${kindOf(answer)}; expected { labels } with the class of each sample`);
  }
  if (labels.length !== count) {
    throw new RangeError(`predict gave ${labels.length} classes for ${count} samples; expected one for each`);
  }
  const wrong = Array.from(labels).filter((label) => !Number.isSafeInteger(label));
  if (wrong.length === 0) return labels as ArrayLike<number>;
  const values = [...new Set(wrong)].map((value) => (typeof value === 'number' ? String(value) : kindOf(value)));
  throw new TypeError(
    `predict gave ${shortList(values, 5)} for ${wrong.length} of ${count} samples; expected class labels, which are whole ` +
      'numbers: neither probabilities nor logits',
  );
}

/** Warns of predictions that are right for no sample, whatever it is. @param task after or in which they were made */
export function unseenWarning({ labels, samples, classes }: UnseenPredictions, task: number): Warning | undefined {
  if (labels.size === 0) return undefined;
  const total = [...labels.values()].reduce((sum, count) => sum + count, 0);
  const counted = [...labels].sort(([, a], [, b]) => b - a).map(([label, count]) => `${label} (${count} times)`);
  return {
    type: 'warning',
    code: 'predicts-unseen-classes',
    message:
      `${total} of ${samples} predictions in task ${task} are no class seen so far, and so are wrong: ` +
      `${shortList(counted, 5)}; seen are ${shortList(classes)}; predict is to give labels of classes, not their positions ` +
      "in the learner's own order",
  };
}

/** @throws Error where a number of bytes or samples is none */
export function checkedFootprint(footprint: Footprint): Footprint {
  for (const key of ['memoryBytes', 'statisticsBytes', 'storedSamples'] as const) {
    const value: unknown = (footprint as Footprint | undefined)?.[key];
    const absent = key === 'statisticsBytes' && value === undefined;
    if (absent || (typeof value === 'number' && value >= 0 && Number.isFinite(value))) continue;
    throw new TypeError(`footprint gave ${key} ${String(value)}; expected a number from 0`);
  }
  return footprint;
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function kindOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const name = Object.prototype.toString.call(value).slice('[object '.length, -1);
  return name === 'Object'
    ? `an object with ${shortList(Object.keys(value), 5) || 'nothing'}`
    : `a value of type ${name}`;
}
