import { labelsOf } from '../../core/dataset.js';
import type { EncoderUse } from '../../core/encoder.js';
import { ReverieError } from '../../core/errors.js';
import type { Warning } from '../../core/events.js';
import { rowsByLabel } from '../rows-by-label.js';

/** The rows of each class. @throws ReverieError `bad-data` where a row has no class */
export function rowsByClassFor(name: string, labels: Int32Array): ReadonlyMap<number, readonly number[]> {
  const unlabelled = labels.findIndex((label) => label < 0);
  if (unlabelled < 0) return rowsByLabel(labels);
  const lacking = labels.reduce((count, label) => (label < 0 ? count + 1 : count), 0);
  throw new ReverieError(
    'bad-data',
    `encoder "${name}" needs the class of every sample, but ${lacking} of ${labels.length} have none, the first of them ` +
      `row ${unlabelled}; label them, or choose trst, which needs no classes`,
  );
}

/** {@link rowsByClassFor} of all that an encoder is to be used for. */
export function classesFor(name: string, { train }: EncoderUse): ReadonlyMap<number, readonly number[]> {
  return rowsByClassFor(name, labelsOf(train));
}

/** A warning of classes in which no row has a mate. */
export function singleSamples(name: string, classes: ReadonlyMap<number, readonly number[]>): readonly Warning[] {
  const single = [...classes].flatMap(([label, rows]) => (rows.length === 1 ? [label] : [])).sort((a, b) => a - b);
  if (single.length === 0) return [];
  const told = `${single.slice(0, 10).join(', ')}${single.length > 10 ? ` and ${single.length - 10} more` : ''}`;
  const message =
    `there is only one sample of class ${told}: encoder "${name}" can draw nothing but that sample itself for it, and is ` +
    'the identity there; add samples, or leave the class out';
  return [{ type: 'warning', code: 'class-with-one-sample', message }];
}
